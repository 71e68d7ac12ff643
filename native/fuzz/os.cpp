// What os/ reads: /proc/PID/mountinfo, and packets from the network.
#include "fuzz/target.h"
#include "os/icmp_packet.h"
#include "os/namespace_directory.h"

namespace netplumb::fuzz {

static void readMountinfo(Bytes bytes) {
  for (const uint64_t mountId : {0, 25, 420}) isPropagationSlave(textOf(bytes), mountId, kNamespaceDirectory);
}

static Seeds mounts(Captures) {
  return {bytesOf("25 1 0:22 / /run rw,nosuid shared:5 - tmpfs tmpfs rw\n"
                  "420 25 0:22 /netns /run/netns rw shared:5 - tmpfs tmpfs rw\n"),
          bytesOf("420 25 0:22 /netns /run/netns rw master:5 propagate_from:1 - tmpfs tmpfs rw\n"),
          bytesOf("420 25 0:22 /netns /run/netns rw - tmpfs tmpfs rw")};
}

static constexpr EchoKey key{0x1234, 1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static void readPacket(Bytes bytes) {
  const auto packet = parseIcmp(bytes);
  if (!packet) return;
  touch(packet->body);
  require(packet->body.size() + 28 <= bytes.size(), "a packet's body is longer than the packet");
  require(!isReplyTo(*packet, key) || !isErrorAbout(*packet, key, packet->source), "a reply is an error");
  isErrorAbout(*packet, key, packet->destination);
  require(describeError(packet->type, packet->code).reason != nullptr, "an error has no name");
}

// An IPv4 header of 20 bytes with what follows it.
static ByteVector packetOf(Bytes icmp) {
  ByteVector packet(20);
  packet[0] = 0x45;
  packet[3] = static_cast<uint8_t>(packet.size() + icmp.size());
  packet[8] = 64;
  packet[9] = IPPROTO_ICMP;
  packet.insert(packet.end(), icmp.begin(), icmp.end());
  return packet;
}

static Seeds packets(Captures) {
  const auto request = buildEchoRequest(key);
  ByteVector reply(request.begin(), request.end());
  reply[0] = 0;  // ICMP_ECHOREPLY
  ByteVector unreachable{3, 1, 0, 0, 0, 0, 0, 0};
  const ByteVector quoted = packetOf(request);
  unreachable.insert(unreachable.end(), quoted.begin(), quoted.end());
  return {packetOf(request), packetOf(reply), packetOf(unreachable)};
}

std::vector<Target> osTargets() {
  return {{"mountinfo", readMountinfo, mounts}, {"icmp", readPacket, packets}};
}

}  // namespace netplumb::fuzz
