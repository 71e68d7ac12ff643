// What a test file could leave behind, as text lines that can be compared: descriptors, threads, child processes of this
// process; namespaces, links, addresses, rules and forwarding of the machine. Reads only.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { attempt } from './command.js';
import { namedNamespaces } from './host.js';
import { isRunning, makerOf } from './unique-name.js';

/** Each line with the number of times it stands. */
export type Snapshot = ReadonlyMap<string, number>;

/** The threads an executor keeps for the next job; they are no leak. */
const keptExecutorThreads = 4;

export function takeSnapshot(): Snapshot {
  const lines = [...descriptors(), ...threads(), ...children(), ...namespaces(), ...machineNetwork()];
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** Lines that stand more often in `after` than in `before`, and lines that are gone from the machine's network. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const added = [...after].flatMap(([line, count]) => {
    const extra = count - (before.get(line) ?? 0);
    return extra > 0 ? [`left behind: ${line}${extra > 1 ? ` (${extra} times)` : ''}`] : [];
  });
  const removed = [...before.keys()].filter((line) => line.startsWith('machine ') && !after.has(line));
  return [...added, ...removed.map((line) => `gone: ${line}`)];
}

function descriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`descriptor of ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return []; // the one that read the directory
    }
  });
}

function threads(): string[] {
  const names = readdirSync('/proc/self/task').flatMap((task) => {
    try {
      return [readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim()];
    } catch {
      return []; // ended in the meantime
    }
  });
  const executors = names.filter((name) => name === 'netplumb').slice(keptExecutorThreads);
  return [...names.filter((name) => name !== 'netplumb'), ...executors].map((name) => `thread ${name}`);
}

function children(): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const [, name, parent] = /\((.*)\) . (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(parent) === process.pid ? [`child process ${pid} (${name})`] : [];
      } catch {
        return [];
      }
    });
}

/** All but those of other test runs on this machine. */
function namespaces(): string[] {
  return namedNamespaces()
    .filter((name) => {
      const maker = makerOf(name);
      return maker === undefined || maker === process.pid || !isRunning(maker);
    })
    .map((name) => `namespace ${name}`);
}

function machineNetwork(): string[] {
  return [
    ...machineLinks(),
    ...machineRules(),
    `machine ip_forward ${readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim()}`,
  ];
}

function machineLinks(): string[] {
  const { stdout } = attempt('ip', ['-o', 'address', 'show']);
  const links = attempt('ip', ['-o', 'link', 'show']).stdout;
  const addresses = stdout.split('\n').flatMap((line) => {
    const [, link, , address] = line.split(/\s+/);
    return link === undefined ? [] : [`machine address ${address} on ${link}`];
  });
  return [...addresses, ...[...links.matchAll(/^\d+: (\S+):/gm)].map(([, name]) => `machine link ${name}`)];
}

/** Rules and chains; `-save` prints only tables that are there and makes none. */
function machineRules(): string[] {
  return ['iptables-save', 'ip6tables-save'].flatMap((program) =>
    attempt(program, [])
      .stdout.split('\n')
      .filter((line) => /^(-A|:\S+ - )/.test(line))
      .map((line) => `machine rule (${program}) ${line.replace(/\[\d+:\d+\]/, '')}`),
  );
}
