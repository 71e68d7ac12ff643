// What can be monitored, one row per object: where the kernel announces it, how to read all of it, and which
// parts of a message say which object it is. Pure data; message types and attributes are rtnl/'s.
#pragma once

#include <linux/rtnetlink.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace netplumb {

// A part of the fixed header that tells objects apart.
struct IdentityField {
  uint8_t offset;
  uint8_t size;
  uint8_t mask = 0xff;           // of each byte
  uint16_t unlessAttribute = 0;  // where this attribute is there, the field tells nothing
};

// An attribute that does, in messages of one family only or (0) of any.
struct IdentityAttribute {
  uint16_t number;
  uint8_t family = 0;
};

struct Watched {
  std::string_view object;                 // as rtnl/objects.h calls it
  std::span<const uint32_t> groups;        // RTNLGRP_*
  std::span<const uint8_t> families = {};  // one list each; none: one list, of all
  // Two messages with the same of these are about the same object. None: the whole message says which.
  std::span<const IdentityField> fields = {};
  std::span<const IdentityAttribute> attributes = {};
  // Attributes that tell apart what has the same identity: NLM_F_REPLACE puts one in the place of another.
  std::span<const uint16_t> variant = {};
  uint8_t changeAt = 0;  // where the header says, in four bytes, what the message is about; 0: nowhere
  uint32_t extMask = 0;  // IFLA_EXT_MASK of the list's request
};

// Numbers of kernel 6.18 (include/uapi/linux/rtnetlink.h), so that it builds against older headers.
inline constexpr uint32_t linkGroups[] = {1}, addressGroups[] = {5, 9}, routeGroups[] = {7, 11},
                          neighbourGroups[] = {3}, ruleGroups[] = {8, 19}, nextHopGroups[] = {32},
                          namespaceIdGroups[] = {28};

inline constexpr IdentityField linkFields[] = {{4, 4}};  // ifi_index
inline constexpr IdentityField addressFields[] = {{0, 2}, {4, 4}};
inline constexpr IdentityAttribute addressAttributes[] = {{1}, {2}};  // IFA_ADDRESS, IFA_LOCAL
inline constexpr IdentityField routeFields[] = {{0, 4}};              // family, lengths, TOS
inline constexpr IdentityAttribute routeAttributes[] = {
    {1}, {2}, {6}, {15}};  // RTA_DST, RTA_SRC, RTA_PRIORITY, RTA_TABLE
inline constexpr uint16_t routeVariant[] = {4,  5,  9,
                                            18, 22, 30};  // OIF, GATEWAY, MULTIPATH, VIA, ENCAP, NH_ID

// A bridge's own entry (NDA_MASTER) is known by its address: it moves from port to port. The flags are
// NTF_SELF and NTF_PROXY.
inline constexpr uint16_t ndaMaster = 9;
inline constexpr uint8_t neighbourFamilies[] = {0, 7};
inline constexpr IdentityField neighbourFields[] = {{0, 1}, {4, 4, 0xff, ndaMaster}, {10, 1, 0x0a}};
inline constexpr IdentityAttribute neighbourAttributes[] = {
    {1}, {2, 7},      {5},  {7},
    {8}, {ndaMaster}, {11}, {13}};  // DST, LLADDR, VLAN, VNI, IFINDEX, …, SRC_VNI, NH_ID
inline constexpr IdentityAttribute byNumberOne[] = {{1}};  // NHA_ID, NETNSA_NSID

inline constexpr Watched watchedObjects[] = {
    {.object = "link",
     .groups = linkGroups,
     .fields = linkFields,
     .changeAt = 12,  // ifi_change
     .extMask = 8},   // RTEXT_FILTER_SKIP_STATS
    {.object = "address", .groups = addressGroups, .fields = addressFields, .attributes = addressAttributes},
    {.object = "route",
     .groups = routeGroups,
     .fields = routeFields,
     .attributes = routeAttributes,
     .variant = routeVariant},
    {.object = "neighbour",
     .groups = neighbourGroups,
     .families = neighbourFamilies,
     .fields = neighbourFields,
     .attributes = neighbourAttributes},
    {.object = "rule", .groups = ruleGroups},
    {.object = "nextHop", .groups = nextHopGroups, .attributes = byNumberOne},
    {.object = "namespaceId", .groups = namespaceIdGroups, .attributes = byNumberOne},
};

// An attribute that changes without an announcement: it makes no difference between two states of an object.
struct Passing {
  std::string_view object;
  uint16_t path[3];            // numbers from the top; 0 ends it
  std::string_view kind = {};  // of the link, or with a path into its port's data of its master
  bool counter = false;        // left out of what is reported too, as lists leave it out
};

inline constexpr Passing passingAttributes[] = {
    {"link", {7}, {}, true},          // IFLA_STATS
    {"link", {23}, {}, true},         // IFLA_STATS64
    {"link", {26, 10, 3}, {}, true},  // IFLA_INET6_STATS
    {"link", {26, 10, 6}, {}, true},  // IFLA_INET6_ICMP6STATS
    {"link", {26, 10, 5}},            // IFLA_INET6_CACHEINFO
    {"link", {44}},                   // IFLA_EVENT
    {"link", {18, 3}},                // IFLA_INFO_XSTATS
    {"link", {18, 2, 16}, "bridge"},  // IFLA_BR_HELLO_TIMER
    {"link", {18, 2, 17}, "bridge"},  // IFLA_BR_TCN_TIMER
    {"link", {18, 2, 18}, "bridge"},  // IFLA_BR_TOPOLOGY_CHANGE_TIMER
    {"link", {18, 2, 19}, "bridge"},  // IFLA_BR_GC_TIMER
    {"link", {18, 5, 21}, "bridge"},  // IFLA_BRPORT_MESSAGE_AGE_TIMER
    {"link", {18, 5, 22}, "bridge"},  // IFLA_BRPORT_FORWARD_DELAY_TIMER
    {"link", {18, 5, 23}, "bridge"},  // IFLA_BRPORT_HOLD_TIMER
    {"address", {6}},                 // IFA_CACHEINFO
    {"route", {12}},                  // RTA_CACHEINFO
    {"route", {23}},                  // RTA_EXPIRES
    {"neighbour", {3}},               // NDA_CACHEINFO
    {"neighbour", {4}},               // NDA_PROBES
};

}  // namespace netplumb
