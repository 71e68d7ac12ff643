// What an object takes and no capture has, and why: no command of Debian's iproute2 sends it. Their numbers and types are those of
// the kernel's headers (test/unit/tables.test.ts), their bytes the codec's (test/unit/codec.test.ts).

/** By object and path. */
export const uncaptured: Readonly<Record<string, string>> = {
  'link map': 'ip has no word for it',
  'link weight': 'ip has no word for it',
  'link vfInfoList': 'bytes that are passed on as they are',
  'link vfPorts': 'bytes that are passed on as they are',
  'link portSelf': 'bytes that are passed on as they are',
  'link targetNetNsId': 'ip asks in the other namespace itself',
  'link newIndex': 'ip has no word for it',
  'link altName': 'ip looks the name up first, and names the index',
  'route newDestination': 'of MPLS routes only, which netplumb passes on',
  'route flowLabel': 'newer than iproute2 6.1, for look-ups only',
  'qdisc estimator': 'ip has it write to a deprecated estimator; passed on as it is',
  'qdisc sizeTable': 'bytes that are passed on as they are',
  'qdisc dumpInvisible': 'no verb asks for hidden disciplines',
  'class estimator': 'as of qdisc',
  'filter estimator': 'as of qdisc',
  'filter dumpFlags': 'bytes that are passed on as they are',
  'neighbour stateMask': 'of removals of many, which ip makes one by one',
  'neighbour flagsMask': 'of removals of many, which ip makes one by one',
  'nextHop operationFlags': 'newer than iproute2 6.1; no verb asks for counters',
  'nextHop hardwareStats': 'newer than iproute2 6.1, and of hardware only',
  'namespaceId pid': 'ip names a namespace by its descriptor',
  'namespaceId targetId': "no verb asks for another namespace's numbers",
};
