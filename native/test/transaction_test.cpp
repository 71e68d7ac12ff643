// Transactions of nfnetlink against the kernel, with messages written by hand, and against one that answers
// oddly.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>

#include "fake_kernel.h"
#include "netfilter/header_table.h"
#include "netfilter/transaction.h"
#include "requests.h"

namespace netplumb::test {

template <typename Attributes>
static ByteVector nft(uint16_t message, uint16_t flags, Attributes&& attributes) {
  Writer writer;
  const auto mark = writer.beginMessage(netfilterMessage(NFNL_SUBSYS_NFTABLES, message), flags);
  nfgenmsg header{};
  header.nfgen_family = NFPROTO_INET;
  writer.patch(writer.reserve(sizeof header), header);
  attributes(writer);
  writer.endMessage(mark);
  return writer.take();
}

static ByteVector addTable(const char* name) {
  return nft(NFT_MSG_NEWTABLE, creating, [&](Writer& writer) { writer.text(NFTA_TABLE_NAME, name); });
}

static ByteVector addChain(const char* table, const char* name) {
  return nft(NFT_MSG_NEWCHAIN, creating, [&](Writer& writer) {
    writer.text(NFTA_CHAIN_TABLE, table);
    writer.text(NFTA_CHAIN_NAME, name);
  });
}

static size_t tables(Socket& socket) {
  ByteVector list = nft(NFT_MSG_GETTABLE, NLM_F_REQUEST | NLM_F_DUMP, [](Writer&) {});
  Acknowledgement refusal;
  const ByteVector answer = socket.dump(list, refusal);
  size_t count = 0;
  for (MessageReader reader(answer); reader.next();) count++;
  return count;
}

static uint32_t generation(Socket& socket) {
  ByteVector get = nft(NFT_MSG_GETGEN, acknowledged, [](Writer&) {});
  ByteVector* const one[] = {&get};
  const auto outcome = std::move(socket.exchange(one).front());
  REQUIRE(outcome.ack.error == 0);
  const Bytes attributes = Bytes(outcome.reply).subspan(NLMSG_HDRLEN + sizeof(nfgenmsg));
  return ntohl(readAt<uint32_t>(findAttribute(attributes, NFTA_GEN_ID)->payload));
}

static std::vector<int> errorsOf(const std::vector<Outcome>& outcomes) {
  std::vector<int> errors;
  for (const Outcome& outcome : outcomes) {
    CHECK(outcome.answered);
    errors.push_back(outcome.ack.error);
  }
  return errors;
}

static std::vector<int> transactAll(Socket& socket, std::vector<ByteVector> messages,
                                    std::optional<uint32_t> generation = {}) {
  std::vector<ByteVector*> sent;
  for (ByteVector& message : messages) sent.push_back(&message);
  return errorsOf(transact(socket, NFNL_SUBSYS_NFTABLES, sent, generation));
}

TEST_CASE("a transaction is done wholly or not at all, and says which message was refused") {
  inFreshNamespace([] {
    Socket socket = Socket::open(Protocol::Netfilter);
    CHECK(transactAll(socket, {addTable("one"), addChain("one", "a")}) == std::vector{0, 0});
    CHECK(tables(socket) == 1);
    const auto refused = transactAll(socket, {addTable("two"), addChain("none", "a"), addTable("three")});
    CHECK(refused[1] == ENOENT);
    CHECK(tables(socket) == 1);
    CHECK(transactAll(socket, {addTable("one")}) == std::vector{EEXIST});
    CHECK(transactAll(socket, {addTable("two")}) ==
          std::vector{0});  // what was left of the answers is not ours
    CHECK(tables(socket) == 2);
  });
}

TEST_CASE("a transaction for another generation is refused in all its messages") {
  inFreshNamespace([] {
    Socket socket = Socket::open(Protocol::Netfilter);
    CHECK(transactAll(socket, {addTable("one")}) == std::vector{0});
    const uint32_t now = generation(socket);
    CHECK(transactAll(socket, {addTable("two"), addTable("three")}, now + 1) ==
          std::vector{ERESTART, ERESTART});
    CHECK(tables(socket) == 1);
    CHECK(transactAll(socket, {addTable("two"), addTable("three")}, now) == std::vector{0, 0});
    CHECK(tables(socket) == 3);
    CHECK(generation(socket) != now);
  });
}

TEST_CASE("a thousand messages are one transaction") {
  inFreshNamespace([] {
    Socket socket = Socket::open(Protocol::Netfilter);
    std::vector<ByteVector> messages{addTable("one")};
    for (int i = 0; i < 1000; i++) messages.push_back(addChain("one", ("chain" + std::to_string(i)).c_str()));
    CHECK(transactAll(socket, messages) == std::vector<int>(1001, 0));
  });
}

TEST_CASE("what refuses the commit refuses every message, whatever else was acknowledged") {
  inFreshNamespace([] {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(Protocol::Netfilter); });
    FakeKernel kernel(fd, [](Bytes sent) {
      const auto messages = messagesOf(sent);
      REQUIRE(messages.size() == 4);
      // As nfnetlink_rcv_batch() does it: the first message's own error, then what had been gathered.
      return Datagrams{acknowledge(messages[0], EMFILE), acknowledge(messages[1]), acknowledge(messages[2])};
    });
    CHECK(transactAll(*socket, {addTable("one"), addTable("two")}) == std::vector{EMFILE, EMFILE});
  });
}

}  // namespace netplumb::test
