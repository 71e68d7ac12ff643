// Owns the requests to ctnetlink: how many flows there are, list them, take some away. A removal that names
// no tuple would empty the whole table: none is written without. Knows no socket.
#pragma once

#include <optional>

#include "netfilter/flow.h"
#include "netlink/writer.h"

namespace netplumb {

// `conntrack -C`
ByteVector countFlows();

// What the payload of its answer says; MalformedMessage where that is nothing.
uint32_t readFlowCount(Bytes payload);

// `conntrack -L`
ByteVector listFlows(uint8_t family);

// `conntrack -D`, of just this one: by its tuple and its number.
ByteVector removeFlow(const Flow& flow);

// `conntrack -D`, of all that fit, found by the kernel (since 6.10): a twentieth of the time of a list. Empty
// where its filter could not say as much, and would take more: it knows no ranges, of SCTP no ports, and of
// IPv6 no addresses, which it compares the wrong way round (ctnetlink_filter_match_tuple, to 6.18 at least).
std::optional<ByteVector> removeFitting(const FlowPattern& pattern);

// std::logic_error for a removal that would take everything: one without a tuple that says something.
void requireTuple(Bytes removal);

}  // namespace netplumb
