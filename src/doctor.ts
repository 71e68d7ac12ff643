// Owns the examination of a machine: what netplumb needs, whether it is there, and how to get what is not.
// Everything that has to be tried is tried in namespaces made for it; the host is only read.
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { binding } from './binding.js';
import {
  capabilityFinding,
  conntrackFinding,
  directoryFinding,
  droppingFinding,
  type Finding,
  forwardingFinding,
  inThrowAway,
  iptablesFinding,
  kindFinding,
  masqueradeFinding,
  nodeFinding,
  onHost,
  reason,
  sysctlFinding,
} from './doctor/findings.js';
import type { Namespace } from './namespace.js';

/** One thing looked at. */
export interface DoctorCheck {
  /** Stable name, such as `CAP_NET_ADMIN`, `kind:bridge`, `iptables`. */
  readonly name: string;
  readonly ok: boolean;
  /** Whether netplumb's main job cannot be done without it. */
  readonly essential: boolean;
  /** What was found, for people. */
  readonly found: string;
  /** How to get it, where it is missing. */
  readonly remedy?: string;
  /** Debian package that brings it, where it is missing and one does. */
  readonly package?: string;
}

/** What `netplumb doctor --json` prints. */
export interface DoctorReport {
  /** Nothing essential is missing. */
  readonly ok: boolean;
  /** Version of Node.js. */
  readonly node: string;
  /** Release of the kernel. */
  readonly kernel: string;
  readonly checks: readonly DoctorCheck[];
}

/** Numbers from linux/capability.h. */
const CAPABILITIES = [
  { name: 'CAP_NET_ADMIN', number: 12, essential: true, use: 'links, addresses, routes, NAT' },
  { name: 'CAP_SYS_ADMIN', number: 21, essential: true, use: 'namespaces' },
  { name: 'CAP_NET_RAW', number: 13, essential: false, use: 'ping, and iptables' },
] as const;

/** Without these two there is no network; further kinds are good to have. */
const ESSENTIAL_KINDS: ReadonlySet<string> = new Set(['bridge', 'veth']);

/**
 * Examines the machine, and the forwarding of `host` (default: the current namespace). Changes nothing: links, rules and
 * sysctls are tried in namespaces of its own, for which it starts one iptables-restore. What is missing is reported, never thrown.
 */
export async function doctor(host?: Namespace): Promise<DoctorReport> {
  const checks: DoctorCheck[] = [];
  const check = async (name: string, essential: boolean, examine: () => Promise<Finding> | Finding) => {
    const finding = await Promise.resolve()
      .then(examine)
      .catch((error: unknown) => ({ ok: false, found: reason(error) }));
    checks.push({ name, essential, ...finding });
  };
  await check('node', true, () => nodeFinding(process.versions.node));
  for (const { name, number, essential, use } of CAPABILITIES) {
    await check(name, essential, () => capabilityFinding(binding.hasCapability(number), use));
  }
  await check('namespaces', true, () => inThrowAway(async () => ({ ok: true, found: 'can be made' })));
  await check('/run/netns', false, async () =>
    directoryFinding(await readFile('/proc/self/mountinfo', 'utf8')),
  );
  for (const { name: kind } of binding.describe().kinds) {
    await check(`kind:${kind}`, ESSENTIAL_KINDS.has(kind), () =>
      inThrowAway((namespace) => kindFinding(namespace, kind)),
    );
  }
  await check('/proc/sys', true, () => inThrowAway(sysctlFinding));
  await check('iptables', true, () => onHost(host, iptablesFinding));
  await check('masquerading', true, () => inThrowAway((host) => masqueradeFinding(host, 'iptables')));
  await check('nf_tables', false, () => inThrowAway((host) => masqueradeFinding(host, 'nftables')));
  await check('nf_tables FORWARD', false, () => onHost(host, droppingFinding));
  await check('conntrack', false, () => inThrowAway(conntrackFinding));
  await check('ip_forward', false, () => onHost(host, forwardingFinding));
  return {
    ok: checks.every(({ ok, essential }) => ok || !essential),
    node: process.versions.node,
    kernel: release(),
    checks,
  };
}
