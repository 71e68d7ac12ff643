// Owns the single examinations of the doctor: each looks at, or tries, one thing and says what to do where it is missing.
// What is essential, and the report, are doctor.ts's business. Trying happens in namespaces made for it.

import { binding } from '../binding.js';
import type { DoctorCheck } from '../doctor.js';
import { unwrap } from '../job.js';
import { Namespace } from '../namespace.js';
import { chooseVariant } from '../nat/iptables/choice.js';
import { debianPackage } from '../nat/iptables/program.js';
import { droppingChains } from '../nat/nftables/obstacles.js';
import { backendHost } from '../network/host/nat.js';
import { Network } from '../network/network.js';

/** What an examination found out; no remedy where nothing is missing. */
export type Finding = Pick<DoctorCheck, 'ok' | 'found' | 'remedy' | 'package'>;

const KERNEL_REMEDY =
  'a kernel built with it, such as that of the package linux-image-amd64; or load its module';

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 11)) return { ok: true, found: version };
  return { ok: false, found: version, remedy: 'Node.js 20.11 or later' };
}

export function capabilityFinding(held: boolean, use: string): Finding {
  return held
    ? { ok: true, found: 'held' }
    : { ok: false, found: `not held (${use})`, remedy: 'run as root, or grant the capability' };
}

/** Named namespaces need /run/netns to pass mounts on; `ip netns exec` gives its child one that does not. */
export function directoryFinding(mountinfo: string): Finding {
  const mount = mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .findLast((fields) => fields[4] === '/run/netns');
  if (mount === undefined) return { ok: true, found: 'not prepared yet; the first named namespace does it' };
  const propagation = mount.slice(6, mount.indexOf('-'));
  if (propagation.some((field) => field.startsWith('shared:')))
    return { ok: true, found: 'prepared and shared' };
  return {
    ok: false,
    found: 'namespaces named here stay invisible to everybody else',
    remedy: 'enter a host namespace with `nsenter --net=/run/netns/NAME`, not `ip netns exec`',
  };
}

export async function kindFinding(namespace: Namespace, kind: string): Promise<Finding> {
  try {
    await namespace.links.add({ kind, name: 'probe' } as Parameters<Namespace['links']['add']>[0]);
  } catch (error) {
    if (codeOf(error) === 'EOPNOTSUPP')
      return { ok: false, found: 'this kernel lacks it', remedy: KERNEL_REMEDY };
    // it takes more than a name to make one, but the kernel knew what was meant
    if (codeOf(error) !== 'EINVAL' && !(error instanceof TypeError)) throw error;
  }
  return { ok: true, found: 'works' };
}

export async function sysctlFinding(namespace: Namespace): Promise<Finding> {
  try {
    await namespace.sysctl.set('net.ipv4.ip_forward', 1);
  } catch (error) {
    return {
      ok: false,
      found: reason(error),
      remedy: 'in a container: mount /proc/sys/net read-write, or run it privileged',
    };
  }
  return { ok: true, found: 'net.* is writable' };
}

/** Which iptables is used on a host, and why that. */
export async function iptablesFinding(host: Namespace): Promise<Finding> {
  const { chosen, why, mixed } = await chooseVariant(backendHost(host), 4);
  if (mixed) {
    return {
      ok: true,
      found: `${chosen?.variant} (${chosen?.program}): ${why}; what drops in either drops`,
      remedy: 'move the rules of one variant to the other',
    };
  }
  if (chosen !== undefined) return { ok: true, found: `${chosen.variant} (${chosen.program}): ${why}` };
  return {
    ok: false,
    found: 'no iptables-restore',
    remedy: `apt-get install ${debianPackage}`,
    package: debianPackage,
  };
}

/** What of others in nf_tables drops what is forwarded, for no accept of netplumb's overrules it. */
export async function droppingFinding(host: Namespace): Promise<Finding> {
  const chains = await droppingChains(backendHost(host).rules);
  if (chains.length === 0) return { ok: true, found: 'nobody drops what is forwarded' };
  return {
    ok: false,
    found: `${chains.join(', ')} drops what is forwarded, and no accept of netplumb's overrules that`,
    remedy: `nft insert rule ${chains[0]} iifname BRIDGE accept, and the same with oifname, for each network`,
  };
}

/** Whether a backend masquerades. */
export async function masqueradeFinding(host: Namespace, nat: 'iptables' | 'nftables'): Promise<Finding> {
  const network = await Network.ensure({ name: 'probe', subnets: ['172.16.0.0/24'], nat, host }).catch(
    (error) => {
      if (nat === 'iptables') throw error;
      return reason(error);
    },
  );
  if (typeof network === 'string')
    return {
      ok: false,
      found: network,
      remedy: `${KERNEL_REMEDY} (CONFIG_NF_TABLES_INET, CONFIG_NFT_NAT, CONFIG_NFT_FIB_INET, CONFIG_NFT_MASQ)`,
    };
  await network.remove();
  await network.close();
  return { ok: true, found: 'works' };
}

/** Whether connections to what goes can be ended. */
export async function conntrackFinding(namespace: Namespace): Promise<Finding> {
  if (unwrap(await binding.dropFlows(namespace.handle, []))) return { ok: true, found: 'works' };
  return {
    ok: false,
    found:
      'no ctnetlink: connections to a container that went stay until they time out, so that a sender that never pauses misses its heir',
    remedy: 'modprobe nf_conntrack_netlink',
  };
}

export async function forwardingFinding(host: Namespace): Promise<Finding> {
  const on = (await host.sysctl.get('net.ipv4.ip_forward')) === '1';
  return {
    ok: true,
    found: on ? '1: the host forwards' : '0: switched on with the first network that masquerades',
  };
}

/** On the host that is examined, or the current namespace. */
export async function onHost<T>(
  host: Namespace | undefined,
  work: (namespace: Namespace) => Promise<T>,
): Promise<T> {
  const namespace = host ?? (await Namespace.current());
  try {
    return await work(namespace);
  } finally {
    if (host === undefined) namespace.close();
  }
}

export async function inThrowAway<T>(work: (namespace: Namespace) => Promise<T>): Promise<T> {
  const namespace = await Namespace.create();
  try {
    return await work(namespace);
  } finally {
    namespace.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
