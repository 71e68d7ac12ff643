// `ip -j -d -s -s link`: what every link has. What is particular to a kind is link-kinds.ts's.

import type { Plain, Row } from '../mapping.js';
import { dataRows, portRows } from './link-kinds.js';

const rows: readonly Row[] = [
  ['ifindex', 'index'],
  ['ifname', 'name'],
  ['link', 'link', 'lowerLink'],
  ['link_index', 'link', 'lowerIndex'],
  ['link_netnsid', 'linkNetNsId'],
  ['flags', 'flags', 'linkFlags'],
  ['mtu', 'mtu'],
  ['qdisc', 'qdisc'],
  ['master', 'master', 'linkName'],
  ['operstate', 'operState', 'operState'],
  ['linkmode', 'linkMode', 'upper'],
  ['group', 'group', 'group'],
  ['txqlen', 'txQueueLength', 'nonZero'],
  ['link_type', 'type', 'linkType'],
  ['address', 'address'],
  ['broadcast', 'broadcast'],
  ['permaddr', 'permanentAddress'],
  ['promiscuity', 'promiscuity'],
  ['allmulti', 'allMulti'],
  ['min_mtu', 'minMtu'],
  ['max_mtu', 'maxMtu'],
  ['proto_down', 'protoDown', 'whenTrue'],
  ['proto_down_reason', 'protoDownReason.value', 'bitNumbers'],
  ['linkinfo.info_kind', 'linkInfo.kind'],
  ['linkinfo.info_slave_kind', 'linkInfo.slaveKind'],
  ['inet6_addr_gen_mode', 'afSpec.inet6.addressGenerationMode', 'addressMode'],
  ['num_tx_queues', 'numTxQueues'],
  ['num_rx_queues', 'numRxQueues'],
  ['gso_max_size', 'gsoMaxSize'],
  ['gso_max_segs', 'gsoMaxSegs'],
  ['tso_max_size', 'tsoMaxSize'],
  ['tso_max_segs', 'tsoMaxSegs'],
  ['gro_max_size', 'groMaxSize'],
  ['ifalias', 'alias'],
  ['altnames', 'altNames'],
  ['stats64.rx.bytes', 'stats64.rxBytes'],
  ['stats64.rx.packets', 'stats64.rxPackets'],
  ['stats64.rx.errors', 'stats64.rxErrors'],
  ['stats64.rx.dropped', 'stats64.rxDropped'],
  ['stats64.rx.over_errors', 'stats64.rxOverErrors'],
  ['stats64.rx.multicast', 'stats64.multicast'],
  ['stats64.rx.compressed', 'stats64.rxCompressed', 'nonZero'],
  ['stats64.rx.length_errors', 'stats64.rxLengthErrors'],
  ['stats64.rx.crc_errors', 'stats64.rxCrcErrors'],
  ['stats64.rx.frame_errors', 'stats64.rxFrameErrors'],
  ['stats64.rx.fifo_errors', 'stats64.rxFifoErrors'],
  ['stats64.rx.missed_errors', 'stats64.rxMissedErrors'],
  ['stats64.rx.nohandler', 'stats64.rxNoHandler', 'nonZero'],
  ['stats64.rx.otherhost_dropped', 'stats64.rxOtherHostDropped', 'nonZero'],
  ['stats64.tx.bytes', 'stats64.txBytes'],
  ['stats64.tx.packets', 'stats64.txPackets'],
  ['stats64.tx.errors', 'stats64.txErrors'],
  ['stats64.tx.dropped', 'stats64.txDropped'],
  ['stats64.tx.carrier_errors', 'stats64.txCarrierErrors'],
  ['stats64.tx.collisions', 'stats64.collisions'],
  ['stats64.tx.compressed', 'stats64.txCompressed', 'nonZero'],
  ['stats64.tx.aborted_errors', 'stats64.txAbortedErrors'],
  ['stats64.tx.fifo_errors', 'stats64.txFifoErrors'],
  ['stats64.tx.window_errors', 'stats64.txWindowErrors'],
  ['stats64.tx.heartbeat_errors', 'stats64.txHeartbeatErrors'],
  ['stats64.tx.carrier_changes', 'carrierChanges'],
];

const below = (theirs: string, ours: string, some: readonly Row[]): readonly Row[] =>
  some.map(([field, path, as]) => [`${theirs}.${field}`, `${ours}.${path}`, as]);

/** The rows for one link, by its kind and by that of its master. */
export function linkRows(link: Plain): readonly Row[] {
  const { kind = '', slaveKind = '' } = (link.linkInfo ?? {}) as { kind?: string; slaveKind?: string };
  return [
    ...rows,
    ...below('linkinfo.info_data', 'linkInfo.data', dataRows[kind] ?? []),
    ...below('linkinfo.info_slave_data', 'linkInfo.slaveData', portRows[slaveKind] ?? []),
  ];
}
