// Owns: proof that the floors are given what the library would send: unique addresses, and labels and claims in the
// documented formats, within the kernel's limits.
import { describe, expect, it } from 'vitest';
import { planContainers, workList } from '../../../scripts/bench/work-list.mjs';

const FAMILY = 'np-bench-a1b2c3-1234';
const lines = (n: number) =>
  workList(planContainers(FAMILY, n))
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

describe('planContainers', () => {
  it('counts addresses up from behind the gateway', () => {
    const plan = planContainers(FAMILY, 253);
    expect(plan).toMatchObject({ bridge: 'br0', subnet: '172.16.0.0/24', gateway: '172.16.0.1', prefix: 24 });
    expect(plan.containers[0]).toMatchObject({ name: `${FAMILY}-c1`, address: '172.16.0.2' });
    expect(plan.containers[252]?.address).toBe('172.16.0.254');
  });

  it('takes a wider subnet when 253 addresses are not enough', () => {
    const plan = planContainers(FAMILY, 1000);
    expect(plan).toMatchObject({ subnet: '172.16.0.0/16', prefix: 16 });
    expect(plan.containers[999]?.address).toBe('172.16.3.233');
    expect(new Set(plan.containers.map(({ address }) => address)).size).toBe(1000);
  });

  it('derives a MAC address from the address, and makes every host link a name of its own', () => {
    const [a, b] = [planContainers(FAMILY, 50), planContainers('np-bench-other', 50)];
    expect(a.containers.map(({ mac }) => mac)).toEqual(b.containers.map(({ mac }) => mac));
    expect(a.containers.every(({ mac }) => /^02(:[0-9a-f]{2}){5}$/.test(mac))).toBe(true);
    expect(a.containers.every(({ hostLink }) => /^np[a-z2-7]{12}$/.test(hostLink))).toBe(true);
    expect(new Set([...a.containers, ...b.containers].map(({ hostLink }) => hostLink)).size).toBe(100);
  });
});

describe('workList', () => {
  it('writes one line of eight fields per container', () => {
    const list = lines(3);
    expect(list).toHaveLength(3);
    expect(list.every((fields) => fields.length === 8)).toBe(true);
  });

  it('writes the label and both claims in the formats of version 1', () => {
    const [fields = []] = lines(1);
    const [name, address, prefix, mac, , label, containerClaim, addressClaim] = fields;
    expect([name, address, prefix]).toEqual([`${FAMILY}-c1`, '172.16.0.2', '24']);
    expect(label).toBe(
      `netplumb/1 network=br0 container=${name} addresses=172.16.0.2/24 mac=${mac} if=eth0 netns=created`,
    );
    expect(containerClaim).toBe(`np1:br0:c:${name}`);
    expect(addressClaim).toBe('np1:br0:172.16.0.2');
  });

  it('stays within what an alias, an altname and a name below /run/netns may hold', () => {
    for (const [name = '', , , , , label = '', containerClaim = ''] of lines(1000)) {
      expect(label.length).toBeLessThanOrEqual(255);
      expect(containerClaim.length).toBeLessThanOrEqual(127);
      expect(name.length).toBeLessThanOrEqual(100);
    }
  });
});
