// What stands on a host, as text that can be compared, read by iproute2 and iptables: links, addresses, routes, rules,
// forwarding; names below /run/netns and files in /run/netplumb that a run can have left.
import { execFile } from 'node:child_process';
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Host } from '../support/host.js';

const script = `
ip -o link show | sed 's/^[0-9]*: //; s/@if[0-9]*/@/; s/ state [A-Z]*//'
ip -o address show | sed 's/^[0-9]*: //'
ip -4 route show table all
ip -6 route show table all | grep -v '^multicast\\|^local\\|fe80::'
iptables-save | grep -E '^(-|:[^ ]+ -)'
ip6tables-save | grep -E '^(-|:[^ ]+ -)'
cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding`;

const run = promisify(execFile);

export async function world(host: Host, prefix: string): Promise<readonly string[]> {
  const { stdout } = await run('nsenter', [`--net=${host.path}`, 'sh', '-c', script]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return [...lines.map((line) => line.replace(/ \\[\\d+:\\d+\\]/, '')), ...files(host, prefix)];
}

function files(host: Host, prefix: string): string[] {
  const names = readdirSync('/run/netns').filter((name) => name.startsWith(prefix));
  const named = names.map((name) => `/run/netns/${name} ${lstatSync(`/run/netns/${name}`).mode.toString(8)}`);
  const lock = `${statSync(host.path).ino}.lock`;
  const ours = readdirSync('/run/netplumb').filter((name) => name === lock || name.startsWith(prefix));
  return [...named.sort(), ...ours.sort()];
}
