// Brackets messages as nfnetlink_rcv_batch() wants them (net/netfilter/nfnetlink.c).
#include "netfilter/transaction.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

namespace netplumb {

static ByteVector bracket(uint16_t type, uint16_t subsystem, std::optional<uint32_t> generation) {
  Writer writer;
  const auto message = writer.beginMessage(type, NLM_F_REQUEST);
  nfgenmsg header{};
  header.nfgen_family = AF_UNSPEC;
  header.version = NFNETLINK_V0;
  header.res_id = htons(subsystem);
  writer.patch(writer.reserve(sizeof header), header);
  if (generation) writer.number(NFNL_BATCH_GENID, htonl(*generation));
  writer.endMessage(message);
  return writer.take();
}

std::vector<Outcome> transact(Socket& socket, uint16_t subsystem, std::span<ByteVector* const> messages,
                              std::optional<uint32_t> generation) {
  ByteVector begin = bracket(NFNL_MSG_BATCH_BEGIN, subsystem, generation);
  ByteVector end = bracket(NFNL_MSG_BATCH_END, subsystem, {});
  std::vector<ByteVector*> all{&begin};
  all.insert(all.end(), messages.begin(), messages.end());
  all.push_back(&end);
  auto outcomes = socket.exchange(all);
  outcomes.erase(outcomes.begin());
  outcomes.pop_back();
  return outcomes;
}

}  // namespace netplumb
