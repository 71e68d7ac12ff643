// The one description of netlink objects: tables of rows, pure data.
// From the rows come the codec, the walk from an error's offset back to a path, describe(), the TypeScript
// types and the reference. Knows nothing of sockets or of JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace netplumb {

// How a value looks on the wire and, in words, in JavaScript.
enum class Type : uint8_t {
  Flag,       // presence means true; a report may have a u8 of 0 for false
  Bool,       // u8, 0 or 1
  U8,         // number
  U16,        // number
  U32,        // number
  U64,        // bigint, exact
  Uint,       // bigint; 4 or 8 bytes, as nla_put_uint() finds the value to need. Reports only
  S8,         // number
  S16,        // number
  S32,        // number
  S64,        // bigint
  Be16,       // number, big endian on the wire
  Be32,       // number, big endian on the wire
  Be64,       // bigint, big endian on the wire
  Text,       // string, NUL-terminated on the wire
  Mac,        // '02:00:00:00:00:01', any length of link-layer address
  Ip,         // '172.16.0.1' or 'fd00::1', by its length
  Ipv4,       // '172.16.0.1'
  Ipv6,       // 'fd00::1'
  Via,        // '172.16.0.1' or 'fe80::1' behind its family (struct rtvia); bytes of other families
  Bytes,      // Uint8Array, passed through
  Struct,     // object; `table` has the fields, `number` being their offsets
  Structs,    // array of objects, `table` being the element: an attribute, or what follows a struct's fields
  Nested,     // object; `table` has the attributes
  List,       // array; `table` has one row, the element; number 0: numbered by place, from its minimum or 0
  Repeated,   // array; the attribute itself comes once for each element; `table` has one row, the element
  LinkData,   // object; the table is that of the sibling `kind`
  PortData,   // object; the table is that of the sibling `slaveKind`
  Choice,     // object; of `table` the row named like the sibling `kind` says what; bytes of other kinds
  LinkIndex,  // u32 ifindex; in requests also a name or a step of the same plan
  NamespaceFd,  // u32 descriptor; in requests a namespace
  U32Array,     // Uint32Array
  S32Array,     // Int32Array
  U64Array,     // BigUint64Array
  BridgeId,     // '8000.020000000001': priority and MAC
  TcHandle,     // u32: '1:' of a queueing discipline, '1:10' of a class, both hexadecimal; 'root', 'clsact'
  NextHops,     // array of objects: RTA_MULTIPATH's struct rtnexthop records, `table` has their attributes
  Encap,        // Uint8Array: the tables of RTA_ENCAP depend on RTA_ENCAP_TYPE; passed through
  PeerInfo,     // object: a struct ifinfomsg followed by link attributes (VETH_INFO_PEER)
};

enum class Access : uint8_t {
  ReadWrite,
  ReadOnly,   // the kernel reports it and refuses or ignores it in a request
  WriteOnly,  // a request may carry it, reads never show it
};

// A named value of an enumeration, or a named bit (then `value` is the mask).
struct Name {
  std::string_view name;
  uint32_t value;
};

struct Names {
  std::span<const Name> list;
  bool bits = false;  // true: the value is a set of bits, in JavaScript an array of names
  constexpr bool any() const { return !list.empty(); }
};

struct Table;

struct Row {
  std::string_view name;    // in JavaScript
  uint16_t number;          // attribute type, or byte offset in a Struct
  std::string_view kernel;  // as the kernel's header spells it
  Type type;
  std::string_view meaning;  // one sentence; units where the type cannot say them
  std::string_view ip = {};  // how ip(8) or bridge(8) spells it, empty where they do not
  Access access = Access::ReadWrite;
  const Table* table = nullptr;
  Names names = {};
  // The kernel's policy where it has one; otherwise the type's own range. Of a Text they count bytes without
  // the NUL, and a minimum of 0 says that the empty text means something: then no NUL is sent.
  int64_t minimum = INT64_MIN;
  int64_t maximum = INT64_MAX;
};

struct Table {
  std::string_view name;  // also the TypeScript interface: 'BridgeData'
  std::span<const Row> rows;
  uint16_t size = 0;  // of a Struct, in bytes
};

const Row* findByName(const Table& table, std::string_view name);
const Row* findByNumber(const Table& table, uint16_t number);

// Bytes of a value that has a fixed width; 0 of the others.
size_t widthOf(const Row& row);

// How what was added is taken back.
enum class Undo : uint8_t {
  Request,  // by the message that added it
  Link,     // by the index that the kernel gave it
  Route,    // by that message, where it can mean no other route
  Echo,     // by what the kernel echoed: its header, and those attributes that `identity` lists
  Rule,     // likewise, where that can mean no other rule
  None,     // nothing takes it back
};

// Which netlink family speaks of an object.
enum class Protocol : uint8_t { Route, Netfilter };

// A netlink object: its fixed header, its attributes and its message types.
struct Object {
  std::string_view name;  // 'link'
  const Table* header;
  const Table* attributes;
  uint16_t add;     // RTM_NEW…
  uint16_t remove;  // RTM_DEL…
  uint16_t get;     // RTM_GET…
  uint16_t set;     // RTM_NEW… too, without NLM_F_CREATE; of links it takes more than RTM_SETLINK does
  Undo undo = Undo::Request;
  uint16_t setFlags = 0x100;  // NLM_F_REPLACE, which most want of a change and some refuse
  // Whether the kernel tells what it made, when asked to with NLM_F_ECHO. Then a request for one does ask:
  // older kernels answer some of those to listeners only.
  bool echoes = false;
  std::span<const uint16_t> identity = {};
  uint16_t replaceFlags = 0x100;         // likewise, of a replacement
  uint16_t identityHeader = UINT16_MAX;  // of the header only so many bytes, where a removal takes no more
  Protocol protocol = Protocol::Route;
};

// A link kind: what IFLA_INFO_KIND names, and what its IFLA_INFO_DATA (or IFLA_INFO_SLAVE_DATA) holds.
struct Kind {
  std::string_view name;        // 'bridge'
  const Table* data;            // null where the kind has none
  const Table* port = nullptr;  // of the links enslaved to such a link
};

}  // namespace netplumb
