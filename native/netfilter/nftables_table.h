// The objects of nf_tables: tables, chains, rules, sets, their elements, and the generation they are of
// (include/uapi/linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c).
#pragma once

#include "netfilter/expression_table.h"
#include "netfilter/header_table.h"

namespace netplumb {

inline constexpr Name nftTableFlagNames[] = {{"dormant", 1}, {"owner", 2}, {"persist", 4}};
inline constexpr Row nftTableRows[] = {
    {"name", NFTA_TABLE_NAME, "NFTA_TABLE_NAME", Type::Text, "Its name, unique within the family."},
    {"flags", NFTA_TABLE_FLAGS, "NFTA_TABLE_FLAGS", Type::Be32, "Whether it works.", "", Access::ReadWrite,
     nullptr, anyOf(nftTableFlagNames)},
    {"use", NFTA_TABLE_USE, "NFTA_TABLE_USE", Type::Be32, "How many chains, sets and objects it has.", "",
     Access::ReadOnly},
    {"handle", NFTA_TABLE_HANDLE, "NFTA_TABLE_HANDLE", Type::Be64, "The number the kernel gave it."},
    {"userData", NFTA_TABLE_USERDATA, "NFTA_TABLE_USERDATA", Type::Bytes, "What its maker put down."},
    {"owner", NFTA_TABLE_OWNER, "NFTA_TABLE_OWNER", Type::Be32, "The socket it goes with.", "",
     Access::ReadOnly},
};
inline constexpr Table nftTableAttributes{"NftTableAttributes", nftTableRows};

inline constexpr Name hookNames[] = {
    {"prerouting", 0}, {"input", 1}, {"forward", 2}, {"output", 3}, {"postrouting", 4}};
inline constexpr Name priorityNames[] = {{"raw", 0xfffffed4}, {"mangle", 0xffffff6a}, {"dstnat", 0xffffff9c},
                                         {"filter", 0},       {"security", 50},       {"srcnat", 100}};
inline constexpr Row nftHookRows[] = {
    {"number", NFTA_HOOK_HOOKNUM, "NFTA_HOOK_HOOKNUM", Type::Be32, "Where packets are seen.", "",
     Access::ReadWrite, nullptr, oneOf(hookNames)},
    {"priority", NFTA_HOOK_PRIORITY, "NFTA_HOOK_PRIORITY", Type::Be32,
     "Before or after whom; a negative number stands as 2^32 less.", "", Access::ReadWrite, nullptr,
     oneOf(priorityNames)},
    {"device", NFTA_HOOK_DEV, "NFTA_HOOK_DEV", Type::Text, "Of which link, in the family netdev."},
};
inline constexpr Table nftHook{"NftHook", nftHookRows};

inline constexpr Name policyNames[] = {{"drop", 0}, {"accept", 1}};
inline constexpr Name nftChainFlagNames[] = {{"base", 1}, {"offload", 2}, {"binding", 4}};
inline constexpr Row nftChainRows[] = {
    {"table", NFTA_CHAIN_TABLE, "NFTA_CHAIN_TABLE", Type::Text, "The table it is in."},
    {"handle", NFTA_CHAIN_HANDLE, "NFTA_CHAIN_HANDLE", Type::Be64, "The number the kernel gave it."},
    {"name", NFTA_CHAIN_NAME, "NFTA_CHAIN_NAME", Type::Text, "Its name."},
    {"hook", NFTA_CHAIN_HOOK, "NFTA_CHAIN_HOOK", Type::Nested, "Where it begins, if it is not jumped to.", "",
     Access::ReadWrite, &nftHook},
    {"policy", NFTA_CHAIN_POLICY, "NFTA_CHAIN_POLICY", Type::Be32,
     "What becomes of packets that reach its end.", "", Access::ReadWrite, nullptr, oneOf(policyNames)},
    {"use", NFTA_CHAIN_USE, "NFTA_CHAIN_USE", Type::Be32, "How many rules and jumps there are to it.", "",
     Access::ReadOnly},
    {"type", NFTA_CHAIN_TYPE, "NFTA_CHAIN_TYPE", Type::Text, "`filter`, `nat` or `route`."},
    {"counters", NFTA_CHAIN_COUNTERS, "NFTA_CHAIN_COUNTERS", Type::Nested, "What its policy was applied to.",
     "", Access::ReadWrite, &nftCounter},
    {"flags", NFTA_CHAIN_FLAGS, "NFTA_CHAIN_FLAGS", Type::Be32, "What kind of chain it is.", "",
     Access::ReadWrite, nullptr, anyOf(nftChainFlagNames)},
    {"id", NFTA_CHAIN_ID, "NFTA_CHAIN_ID", Type::Be32, "Its number in the transaction.", "",
     Access::WriteOnly},
    {"userData", NFTA_CHAIN_USERDATA, "NFTA_CHAIN_USERDATA", Type::Bytes, "What its maker put down."},
};
inline constexpr Table nftChainAttributes{"NftChainAttributes", nftChainRows};

inline constexpr Row nftRuleRows[] = {
    {"table", NFTA_RULE_TABLE, "NFTA_RULE_TABLE", Type::Text, "The table it is in."},
    {"chain", NFTA_RULE_CHAIN, "NFTA_RULE_CHAIN", Type::Text, "The chain it is in."},
    {"handle", NFTA_RULE_HANDLE, "NFTA_RULE_HANDLE", Type::Be64, "The number the kernel gave it."},
    {"expressions", NFTA_RULE_EXPRESSIONS, "NFTA_RULE_EXPRESSIONS", Type::List, "What it does, in order.", "",
     Access::ReadWrite, &nftExpressions},
    {"position", NFTA_RULE_POSITION, "NFTA_RULE_POSITION", Type::Be64,
     "The rule after which, or before which, it stands."},
    {"userData", NFTA_RULE_USERDATA, "NFTA_RULE_USERDATA", Type::Bytes,
     "What its maker put down; nft keeps comments here."},
    {"id", NFTA_RULE_ID, "NFTA_RULE_ID", Type::Be32, "Its number in the transaction.", "", Access::WriteOnly},
};
inline constexpr Table nftRuleAttributes{"NftRuleAttributes", nftRuleRows};

inline constexpr Row nftFieldRows[] = {
    {"length", NFTA_SET_FIELD_LEN, "NFTA_SET_FIELD_LEN", Type::Be32, "In bytes."},
};
inline constexpr Table nftField{"NftField", nftFieldRows};
inline constexpr Row nftFieldElementRows[] = {
    {"field", NFTA_LIST_ELEM, "NFTA_LIST_ELEM", Type::Nested, "One part of a key.", "", Access::ReadWrite,
     &nftField},
};
inline constexpr Table nftFields{"NftFields", nftFieldElementRows};
inline constexpr Row nftSetDescriptionRows[] = {
    {"size", NFTA_SET_DESC_SIZE, "NFTA_SET_DESC_SIZE", Type::Be32, "How many elements there can be."},
    {"fields", NFTA_SET_DESC_CONCAT, "NFTA_SET_DESC_CONCAT", Type::List,
     "The parts that a key is made of; each begins at a multiple of four bytes.", "", Access::ReadWrite,
     &nftFields},
};
inline constexpr Table nftSetDescription{"NftSetDescription", nftSetDescriptionRows};

inline constexpr Name nftSetFlagNames[] = {{"anonymous", NFT_SET_ANONYMOUS},
                                           {"constant", NFT_SET_CONSTANT},
                                           {"interval", NFT_SET_INTERVAL},
                                           {"map", NFT_SET_MAP},
                                           {"timeout", NFT_SET_TIMEOUT},
                                           {"eval", NFT_SET_EVAL},
                                           {"object", NFT_SET_OBJECT},
                                           {"concat", NFT_SET_CONCAT},
                                           {"expr", NFT_SET_EXPR}};
inline constexpr Row nftSetRows[] = {
    {"table", NFTA_SET_TABLE, "NFTA_SET_TABLE", Type::Text, "The table it is in."},
    {"name", NFTA_SET_NAME, "NFTA_SET_NAME", Type::Text, "Its name."},
    {"flags", NFTA_SET_FLAGS, "NFTA_SET_FLAGS", Type::Be32, "What it holds, and how.", "", Access::ReadWrite,
     nullptr, anyOf(nftSetFlagNames)},
    {"keyType", NFTA_SET_KEY_TYPE, "NFTA_SET_KEY_TYPE", Type::Be32, "What nft takes a key for."},
    {"keyLength", NFTA_SET_KEY_LEN, "NFTA_SET_KEY_LEN", Type::Be32, "Of a key, in bytes."},
    {"dataType", NFTA_SET_DATA_TYPE, "NFTA_SET_DATA_TYPE", Type::Be32,
     "What nft takes a value for; 0xffffff00 is a verdict."},
    {"dataLength", NFTA_SET_DATA_LEN, "NFTA_SET_DATA_LEN", Type::Be32, "Of a value, in bytes."},
    {"policy", NFTA_SET_POLICY, "NFTA_SET_POLICY", Type::Be32, "0 to be fast, 1 to be small."},
    {"description", NFTA_SET_DESC, "NFTA_SET_DESC", Type::Nested, "Its size, and what a key is made of.", "",
     Access::ReadWrite, &nftSetDescription},
    {"id", NFTA_SET_ID, "NFTA_SET_ID", Type::Be32, "Its number in the transaction.", "", Access::WriteOnly},
    {"timeout", NFTA_SET_TIMEOUT, "NFTA_SET_TIMEOUT", Type::Be64, "How long elements last, in milliseconds."},
    {"gcInterval", NFTA_SET_GC_INTERVAL, "NFTA_SET_GC_INTERVAL", Type::Be32,
     "How often those that are over are removed, in milliseconds."},
    {"userData", NFTA_SET_USERDATA, "NFTA_SET_USERDATA", Type::Bytes,
     "What its maker put down; nft keeps the byte order of keys here."},
    {"handle", NFTA_SET_HANDLE, "NFTA_SET_HANDLE", Type::Be64, "The number the kernel gave it."},
};
inline constexpr Table nftSetAttributes{"NftSetAttributes", nftSetRows};

inline constexpr Name nftElementFlagNames[] = {{"intervalEnd", 1}, {"catchall", 2}};
inline constexpr Row nftElementRows[] = {
    {"key", NFTA_SET_ELEM_KEY, "NFTA_SET_ELEM_KEY", Type::Nested, "Its key, or where its interval begins.",
     "", Access::ReadWrite, &nftData},
    {"data", NFTA_SET_ELEM_DATA, "NFTA_SET_ELEM_DATA", Type::Nested, "The value of a map.", "",
     Access::ReadWrite, &nftData},
    {"flags", NFTA_SET_ELEM_FLAGS, "NFTA_SET_ELEM_FLAGS", Type::Be32, "What it is.", "", Access::ReadWrite,
     nullptr, anyOf(nftElementFlagNames)},
    {"timeout", NFTA_SET_ELEM_TIMEOUT, "NFTA_SET_ELEM_TIMEOUT", Type::Be64,
     "How long it lasts, in milliseconds."},
    {"expiration", NFTA_SET_ELEM_EXPIRATION, "NFTA_SET_ELEM_EXPIRATION", Type::Be64,
     "How long it still lasts, in milliseconds."},
    {"userData", NFTA_SET_ELEM_USERDATA, "NFTA_SET_ELEM_USERDATA", Type::Bytes,
     "What its maker put down; nft keeps comments here."},
    {"keyEnd", NFTA_SET_ELEM_KEY_END, "NFTA_SET_ELEM_KEY_END", Type::Nested,
     "Where its interval ends, inclusive.", "", Access::ReadWrite, &nftData},
};
inline constexpr Table nftElement{"NftElement", nftElementRows};
inline constexpr Row nftElementElementRows[] = {
    {"element", NFTA_LIST_ELEM, "NFTA_LIST_ELEM", Type::Nested, "One element.", "", Access::ReadWrite,
     &nftElement},
};
inline constexpr Table nftElements{"NftElements", nftElementElementRows};
inline constexpr Row nftElementListRows[] = {
    {"table", NFTA_SET_ELEM_LIST_TABLE, "NFTA_SET_ELEM_LIST_TABLE", Type::Text, "The set's table."},
    {"set", NFTA_SET_ELEM_LIST_SET, "NFTA_SET_ELEM_LIST_SET", Type::Text, "The set."},
    {"elements", NFTA_SET_ELEM_LIST_ELEMENTS, "NFTA_SET_ELEM_LIST_ELEMENTS", Type::List, "Which elements.",
     "", Access::ReadWrite, &nftElements},
    {"setId", NFTA_SET_ELEM_LIST_SET_ID, "NFTA_SET_ELEM_LIST_SET_ID", Type::Be32,
     "The set, by its number in the transaction.", "", Access::WriteOnly},
};
inline constexpr Table nftElementListAttributes{"NftElementListAttributes", nftElementListRows};

inline constexpr Row nftGenerationRows[] = {
    {"id", NFTA_GEN_ID, "NFTA_GEN_ID", Type::Be32, "Another one after each change of the rules.", "",
     Access::ReadOnly},
    {"processId", NFTA_GEN_PROC_PID, "NFTA_GEN_PROC_PID", Type::Be32, "Who made that change.", "",
     Access::ReadOnly},
    {"processName", NFTA_GEN_PROC_NAME, "NFTA_GEN_PROC_NAME", Type::Text, "What that is called.", "",
     Access::ReadOnly},
};
inline constexpr Table nftGenerationAttributes{"NftGenerationAttributes", nftGenerationRows};

// NFT_MSG_NEW…, GET… and DEL… follow one another.
constexpr Object nftObject(std::string_view name, const Table& attributes, uint16_t first) {
  const auto type = [&](int which) {
    return netfilterMessage(NFNL_SUBSYS_NFTABLES, static_cast<uint16_t>(first + which));
  };
  Object object{name, &netfilterHeader, &attributes, type(0), type(2), type(1), type(0)};
  object.undo = Undo::None;
  object.setFlags = 0;
  object.protocol = Protocol::Netfilter;
  return object;
}
inline constexpr Object nftTableObject = nftObject("nftTable", nftTableAttributes, NFT_MSG_NEWTABLE);
inline constexpr Object nftChainObject = nftObject("nftChain", nftChainAttributes, NFT_MSG_NEWCHAIN);
inline constexpr Object nftRuleObject = nftObject("nftRule", nftRuleAttributes, NFT_MSG_NEWRULE);
inline constexpr Object nftSetObject = nftObject("nftSet", nftSetAttributes, NFT_MSG_NEWSET);
inline constexpr Object nftElementObject =
    nftObject("nftElement", nftElementListAttributes, NFT_MSG_NEWSETELEM);
inline constexpr Object nftGenerationObject = [] {
  Object object = nftObject("nftGeneration", nftGenerationAttributes, NFT_MSG_NEWGEN);
  object.remove = object.add;  // there is no such message
  return object;
}();

}  // namespace netplumb
