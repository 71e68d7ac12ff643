// The pure parts of the demo: how rules are listed, and what the shell lines are.
import { describe, expect, it } from 'vitest';
import { natListing } from '../../../src/cli/demo/nat-listing.js';
import { containerLines, natLines, type Places, typed } from '../../../src/cli/demo/shell-lines.js';

const places: Places = { host: 'host', internet: 'internet', containers: ['container1', 'container2'] };

describe('the listing of table nat', () => {
  it('is empty where only policies stand', () => {
    expect(natListing('-P PREROUTING ACCEPT\n-P POSTROUTING ACCEPT\n')).toEqual([]);
  });

  it('shows chains with their rules in columns', () => {
    const rules = [
      '-P PREROUTING ACCEPT',
      '-P POSTROUTING ACCEPT',
      '-N NETPLUMB-br0',
      '-A POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
      '-A NETPLUMB-br0 ! -o br0 -j MASQUERADE',
    ];
    expect(natListing(`${rules.join('\n')}\n`)).toEqual([
      'Chain POSTROUTING (policy ACCEPT)',
      'target        prot  in  out  source         destination',
      'NETPLUMB-br0  all   *   *    172.16.0.0/24  0.0.0.0/0    /* netplumb/1 br0 */',
      'Chain NETPLUMB-br0 (1 reference)',
      'target      prot  in  out   source     destination',
      'MASQUERADE  all   *   !br0  0.0.0.0/0  0.0.0.0/0',
    ]);
  });

  it('keeps what it has no column for', () => {
    const rules = '-P OUTPUT ACCEPT\n-A OUTPUT -p tcp -m tcp ! --dport 80 -j REDIRECT --to-ports 8080\n';
    expect(natListing(rules).at(-1)).toBe(
      'REDIRECT  tcp   *   *    0.0.0.0/0  0.0.0.0/0    !--dport 80 --to-ports 8080',
    );
  });
});

describe('the shell lines', () => {
  it('are typed on the host as they are', () => {
    expect(natLines(places).map((line) => typed(line, places))).toEqual([
      'iptables -t nat -A POSTROUTING -s 172.16.0.0/24 ! -o br0 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=1',
    ]);
  });

  it('say which container they are for', () => {
    const lines = containerLines(places, 1).map((line) => typed(line, places));
    expect(lines[0]).toBe('ip netns add container2');
    expect(lines).toContain('ip -n container2 addr add 172.16.0.3/24 dev eth0');
  });
});
