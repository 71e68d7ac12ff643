// What the rules of nf_tables are made of: expressions, which load, compare, look up and decide, and the
// values they handle (include/uapi/linux/netfilter/nf_tables.h, net/netfilter/nft_*.c). A register is a
// number: 0 is the verdict, 1 to 4 have 16 bytes each, 8 to 23 are the same memory in fours.
#pragma once

#include <linux/netfilter/nf_tables.h>

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name verdictNames[] = {
    {"drop", 0},           {"accept", 1},        {"queue", 3},         {"continue", 0xffffffff},
    {"break", 0xfffffffe}, {"jump", 0xfffffffd}, {"goto", 0xfffffffc}, {"return", 0xfffffffb}};
inline constexpr Row nftVerdictRows[] = {
    {"code", 1, "NFTA_VERDICT_CODE", Type::Be32, "What becomes of the packet.", "", Access::ReadWrite,
     nullptr, oneOf(verdictNames)},
    {"chain", 2, "NFTA_VERDICT_CHAIN", Type::Text, "The chain that `jump` or `goto` leads to."},
    {"chainId", 3, "NFTA_VERDICT_CHAIN_ID", Type::Be32, "The same, by its number in the transaction.", "",
     Access::WriteOnly},
};
inline constexpr Table nftVerdict{"NftVerdict", nftVerdictRows};

inline constexpr Row nftDataRows[] = {
    {"value", 1, "NFTA_DATA_VALUE", Type::Bytes, "Bytes, as registers hold them."},
    {"verdict", 2, "NFTA_DATA_VERDICT", Type::Nested, "A verdict.", "", Access::ReadWrite, &nftVerdict},
};
inline constexpr Table nftData{"NftData", nftDataRows};

inline constexpr Row immediateRows[] = {
    {"destinationRegister", 1, "NFTA_IMMEDIATE_DREG", Type::Be32, "The register that is filled."},
    {"data", 2, "NFTA_IMMEDIATE_DATA", Type::Nested, "What it is filled with.", "", Access::ReadWrite,
     &nftData},
};
inline constexpr Table nftImmediate{"NftImmediate", immediateRows};

inline constexpr Name comparisonNames[] = {{"eq", NFT_CMP_EQ},   {"neq", NFT_CMP_NEQ}, {"lt", NFT_CMP_LT},
                                           {"lte", NFT_CMP_LTE}, {"gt", NFT_CMP_GT},   {"gte", NFT_CMP_GTE}};
inline constexpr Row comparisonRows[] = {
    {"sourceRegister", 1, "NFTA_CMP_SREG", Type::Be32, "The register that is looked at."},
    {"operator", 2, "NFTA_CMP_OP", Type::Be32, "How it must compare.", "", Access::ReadWrite, nullptr,
     oneOf(comparisonNames)},
    {"data", 3, "NFTA_CMP_DATA", Type::Nested, "With what.", "", Access::ReadWrite, &nftData},
};
inline constexpr Table nftComparison{"NftComparison", comparisonRows};

inline constexpr Name lookupFlagNames[] = {{"inverted", NFT_LOOKUP_F_INV}};
inline constexpr Row lookupRows[] = {
    {"set", 1, "NFTA_LOOKUP_SET", Type::Text, "The set's name."},
    {"sourceRegister", 2, "NFTA_LOOKUP_SREG", Type::Be32, "Where the key begins."},
    {"destinationRegister", 3, "NFTA_LOOKUP_DREG", Type::Be32, "Where a map's value goes."},
    {"setId", 4, "NFTA_LOOKUP_SET_ID", Type::Be32, "The set, by its number in the transaction.", "",
     Access::WriteOnly},
    {"flags", 5, "NFTA_LOOKUP_FLAGS", Type::Be32, "How it is looked up.", "", Access::ReadWrite, nullptr,
     anyOf(lookupFlagNames)},
};
inline constexpr Table nftLookup{"NftLookup", lookupRows};

inline constexpr Name metaKeyNames[] = {
    {"len", NFT_META_LEN},         {"protocol", NFT_META_PROTOCOL}, {"priority", NFT_META_PRIORITY},
    {"mark", NFT_META_MARK},       {"iif", NFT_META_IIF},           {"oif", NFT_META_OIF},
    {"iifname", NFT_META_IIFNAME}, {"oifname", NFT_META_OIFNAME},   {"iiftype", NFT_META_IIFTYPE},
    {"oiftype", NFT_META_OIFTYPE}, {"nfproto", NFT_META_NFPROTO},   {"l4proto", NFT_META_L4PROTO},
    {"pkttype", NFT_META_PKTTYPE}, {"iifgroup", NFT_META_IIFGROUP}, {"oifgroup", NFT_META_OIFGROUP}};
inline constexpr Row metaRows[] = {
    {"destinationRegister", 1, "NFTA_META_DREG", Type::Be32, "The register that is filled."},
    {"key", 2, "NFTA_META_KEY", Type::Be32, "What of the packet's surroundings is meant.", "",
     Access::ReadWrite, nullptr, oneOf(metaKeyNames)},
    {"sourceRegister", 3, "NFTA_META_SREG", Type::Be32, "What it is set to."},
};
inline constexpr Table nftMeta{"NftMeta", metaRows};

inline constexpr Name payloadBaseNames[] = {{"link", NFT_PAYLOAD_LL_HEADER},
                                            {"network", NFT_PAYLOAD_NETWORK_HEADER},
                                            {"transport", NFT_PAYLOAD_TRANSPORT_HEADER}};
inline constexpr Row payloadRows[] = {
    {"destinationRegister", 1, "NFTA_PAYLOAD_DREG", Type::Be32, "The register that is filled."},
    {"base", 2, "NFTA_PAYLOAD_BASE", Type::Be32, "The header from which the offset counts.", "",
     Access::ReadWrite, nullptr, oneOf(payloadBaseNames)},
    {"offset", 3, "NFTA_PAYLOAD_OFFSET", Type::Be32, "The first byte."},
    {"length", 4, "NFTA_PAYLOAD_LEN", Type::Be32, "How many bytes."},
    {"sourceRegister", 5, "NFTA_PAYLOAD_SREG", Type::Be32, "What they are set to."},
};
inline constexpr Table nftPayload{"NftPayload", payloadRows};

inline constexpr Row bitwiseRows[] = {
    {"sourceRegister", 1, "NFTA_BITWISE_SREG", Type::Be32, "The register that is read."},
    {"destinationRegister", 2, "NFTA_BITWISE_DREG", Type::Be32, "The register that is filled."},
    {"length", 3, "NFTA_BITWISE_LEN", Type::Be32, "How many bytes."},
    {"mask", 4, "NFTA_BITWISE_MASK", Type::Nested, "The bits that are kept.", "", Access::ReadWrite,
     &nftData},
    {"xor", 5, "NFTA_BITWISE_XOR", Type::Nested, "The bits that are then turned.", "", Access::ReadWrite,
     &nftData},
    {"operation", 6, "NFTA_BITWISE_OP", Type::Be32, "0 for mask and xor; others shift."},
};
inline constexpr Table nftBitwise{"NftBitwise", bitwiseRows};

inline constexpr Name ctKeyNames[] = {
    {"state", NFT_CT_STATE},         {"direction", NFT_CT_DIRECTION}, {"status", NFT_CT_STATUS},
    {"mark", NFT_CT_MARK},           {"protocol", NFT_CT_PROTOCOL},   {"proto-src", NFT_CT_PROTO_SRC},
    {"proto-dst", NFT_CT_PROTO_DST}, {"zone", NFT_CT_ZONE},           {"ip saddr", NFT_CT_SRC_IP},
    {"ip daddr", NFT_CT_DST_IP},     {"ip6 saddr", NFT_CT_SRC_IP6},   {"ip6 daddr", NFT_CT_DST_IP6}};
inline constexpr Row ctRows[] = {
    {"destinationRegister", 1, "NFTA_CT_DREG", Type::Be32, "The register that is filled."},
    {"key", 2, "NFTA_CT_KEY", Type::Be32, "What of the connection is meant.", "", Access::ReadWrite, nullptr,
     oneOf(ctKeyNames)},
    {"direction", 3, "NFTA_CT_DIRECTION", Type::U8, "0 as the first packet went, 1 as its answer."},
    {"sourceRegister", 4, "NFTA_CT_SREG", Type::Be32, "What it is set to."},
};
inline constexpr Table nftCt{"NftCt", ctRows};

inline constexpr Name fibResultNames[] = {
    {"oif", NFT_FIB_RESULT_OIF}, {"oifname", NFT_FIB_RESULT_OIFNAME}, {"type", NFT_FIB_RESULT_ADDRTYPE}};
inline constexpr Name fibFlagNames[] = {{"saddr", NFTA_FIB_F_SADDR}, {"daddr", NFTA_FIB_F_DADDR},
                                        {"mark", NFTA_FIB_F_MARK},   {"iif", NFTA_FIB_F_IIF},
                                        {"oif", NFTA_FIB_F_OIF},     {"present", NFTA_FIB_F_PRESENT}};
inline constexpr Row fibRows[] = {
    {"destinationRegister", 1, "NFTA_FIB_DREG", Type::Be32, "The register that is filled."},
    {"result", 2, "NFTA_FIB_RESULT", Type::Be32, "What of the route is wanted.", "", Access::ReadWrite,
     nullptr, oneOf(fibResultNames)},
    {"flags", 3, "NFTA_FIB_FLAGS", Type::Be32, "What is looked up, and by what else.", "", Access::ReadWrite,
     nullptr, anyOf(fibFlagNames)},
};
inline constexpr Table nftFib{"NftFib", fibRows};

inline constexpr Name natTypeNames[] = {{"snat", NFT_NAT_SNAT}, {"dnat", NFT_NAT_DNAT}};
inline constexpr Name natFamilyNames[] = {{"ipv4", 2}, {"ipv6", 10}};
// NF_NAT_RANGE_… (include/uapi/linux/netfilter/nf_nat.h)
inline constexpr Name natFlagNames[] = {{"addresses", 1},  {"ports", 2},        {"random", 4},
                                        {"persistent", 8}, {"fullyRandom", 16}, {"portOffset", 32},
                                        {"netmap", 64}};
inline constexpr Row natRows[] = {
    {"type", 1, "NFTA_NAT_TYPE", Type::Be32, "Which end is changed.", "", Access::ReadWrite, nullptr,
     oneOf(natTypeNames)},
    {"family", 2, "NFTA_NAT_FAMILY", Type::Be32, "Of the address.", "", Access::ReadWrite, nullptr,
     oneOf(natFamilyNames)},
    {"addressRegister", 3, "NFTA_NAT_REG_ADDR_MIN", Type::Be32, "Where the first address is."},
    {"lastAddressRegister", 4, "NFTA_NAT_REG_ADDR_MAX", Type::Be32, "Where the last address is."},
    {"portRegister", 5, "NFTA_NAT_REG_PROTO_MIN", Type::Be32, "Where the first port is."},
    {"lastPortRegister", 6, "NFTA_NAT_REG_PROTO_MAX", Type::Be32, "Where the last port is."},
    {"flags", 7, "NFTA_NAT_FLAGS", Type::Be32, "What is chosen, and how.", "", Access::ReadWrite, nullptr,
     anyOf(natFlagNames)},
};
inline constexpr Table nftNat{"NftNat", natRows};

inline constexpr Row masqueradeRows[] = {
    {"flags", 1, "NFTA_MASQ_FLAGS", Type::Be32, "How ports are chosen.", "", Access::ReadWrite, nullptr,
     anyOf(natFlagNames)},
    {"portRegister", 2, "NFTA_MASQ_REG_PROTO_MIN", Type::Be32, "Where the first port is."},
    {"lastPortRegister", 3, "NFTA_MASQ_REG_PROTO_MAX", Type::Be32, "Where the last port is."},
};
inline constexpr Table nftMasquerade{"NftMasquerade", masqueradeRows};

inline constexpr Row counterRows[] = {
    {"bytes", 1, "NFTA_COUNTER_BYTES", Type::Be64, "Bytes so far."},
    {"packets", 2, "NFTA_COUNTER_PACKETS", Type::Be64, "Packets so far."},
};
inline constexpr Table nftCounter{"NftCounter", counterRows};

inline constexpr Row rejectRows[] = {
    {"type", 1, "NFTA_REJECT_TYPE", Type::Be32,
     "What is answered: 0 an ICMP error, 1 a TCP reset, 2 either family's ICMP error."},
    {"icmpCode", 2, "NFTA_REJECT_ICMP_CODE", Type::U8, "Which ICMP error."},
};
inline constexpr Table nftReject{"NftReject", rejectRows};

// Named as nft(8) would be asked for them by the kernel: NFTA_EXPR_NAME.
inline constexpr Row expressionKindRows[] = {
    {"immediate", 1, "nft_imm_type", Type::Nested, "Fills a register, or decides.", "", Access::ReadWrite,
     &nftImmediate},
    {"cmp", 2, "nft_cmp_type", Type::Nested, "Goes on only if a register compares.", "", Access::ReadWrite,
     &nftComparison},
    {"lookup", 3, "nft_lookup_type", Type::Nested, "Goes on only if a set has the key.", "",
     Access::ReadWrite, &nftLookup},
    {"meta", 4, "nft_meta_type", Type::Nested, "Loads what the packet does not say itself.", "",
     Access::ReadWrite, &nftMeta},
    {"payload", 5, "nft_payload_type", Type::Nested, "Loads bytes of the packet.", "", Access::ReadWrite,
     &nftPayload},
    {"bitwise", 6, "nft_bitwise_type", Type::Nested, "Masks a register.", "", Access::ReadWrite, &nftBitwise},
    {"ct", 7, "nft_ct_type", Type::Nested, "Loads what is known of the connection.", "", Access::ReadWrite,
     &nftCt},
    {"fib", 8, "nft_fib_type", Type::Nested, "Loads what the routes say.", "", Access::ReadWrite, &nftFib},
    {"nat", 9, "nft_nat_type", Type::Nested, "Translates an end of the connection.", "", Access::ReadWrite,
     &nftNat},
    {"masq", 10, "nft_masq_type", Type::Nested, "Translates its source to the host's address.", "",
     Access::ReadWrite, &nftMasquerade},
    {"counter", 11, "nft_counter_type", Type::Nested, "Counts.", "", Access::ReadWrite, &nftCounter},
    {"reject", 12, "nft_reject_type", Type::Nested, "Drops, and answers.", "", Access::ReadWrite, &nftReject},
};
inline constexpr Table expressionKinds{"NftExpressionKinds", expressionKindRows};

inline constexpr Row nftExpressionRows[] = {
    {"kind", 1, "NFTA_EXPR_NAME", Type::Text, "What it does."},
    {"data", 2, "NFTA_EXPR_DATA", Type::Choice, "With what; bytes of a kind the tables do not know.", "",
     Access::ReadWrite, &expressionKinds},
};
inline constexpr Table nftExpression{"NftExpression", nftExpressionRows};

inline constexpr Row expressionElementRows[] = {
    {"expression", NFTA_LIST_ELEM, "NFTA_LIST_ELEM", Type::Nested, "One expression.", "", Access::ReadWrite,
     &nftExpression},
};
inline constexpr Table nftExpressions{"NftExpressions", expressionElementRows};

}  // namespace netplumb
