// What VLANs of bridges are read as, from the bytes a kernel with VLAN filtering sends (net/bridge/br_netlink.c,
// br_fill_ifvlaninfo_compressed), and what is refused before anything is sent. Needs no kernel.

import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import { bridgeVlanVerbs as vlans } from '../../src/rtnl/bridge-vlans.js';

/** An answer about link 3: a header of family AF_BRIDGE, its name, and IFLA_AF_SPEC. */
function answer(spec: string): unknown {
  const bytes = Buffer.from(spec.replaceAll(' ', ''), 'hex');
  const nest = Buffer.from('00001a00', 'hex');
  nest.writeUInt16LE(4 + bytes.length, 0);
  const head = Buffer.from(
    '07000100030000000000000000000000 0a00030076657468 30000000'.replaceAll(' ', ''),
    'hex',
  );
  return [binding.decode('bridgeVlan', Buffer.concat([Buffer.alloc(16), head, nest, bytes]))];
}

const kernels = answer(
  [
    '08 00 02 00 06 00 01 00', // 1, PVID and untagged
    '08 00 02 00 08 00 0a 00 08 00 02 00 10 00 14 00', // 10 to 20
    '08 00 02 00 0c 00 1e 00 08 00 02 00 14 00 1f 00', // 30 to 31, untagged
    '1c 00 03 80 08 00 01 00 e8 03 00 00 06 00 02 00 0a 00 00 00 06 00 03 00 08 00 00 00',
    '1c 00 03 80 08 00 01 00 ea 03 00 00 06 00 02 00 0c 00 00 00 06 00 03 00 10 00 00 00',
    '1c 00 03 80 08 00 01 00 d0 07 00 00 06 00 02 00 14 00 00 00 06 00 03 00 00 00 00 00',
  ].join(' '),
);

describe('VLANs of bridges', () => {
  it('are read with both ends of a range put together', () => {
    expect(vlans.list().result(kernels)).toEqual([
      { index: 3, vid: 1, vidEnd: 1, pvid: true, untagged: true },
      { index: 3, vid: 10, vidEnd: 20, pvid: false, untagged: false },
      { index: 3, vid: 30, vidEnd: 31, pvid: false, untagged: true },
    ]);
  });

  it('are read with the tunnels that carry them', () => {
    expect(vlans.listTunnels().result(kernels)).toEqual([
      { index: 3, vid: 10, vidEnd: 12, tunnelId: 1000 },
      { index: 3, vid: 20, vidEnd: 20, tunnelId: 2000 },
    ]);
  });

  it('are none where the kernel says nothing of them', () => {
    expect(vlans.list().result([{ index: 3 }])).toEqual([]);
    expect(vlans.listTunnels().result([{ index: 3 }])).toEqual([]);
  });

  it.each([
    ['no VLAN', { link: 'veth0' }, TypeError, /^bridgeVlan\.add: option vid is missing$/],
    ['no link', { vid: 1 }, TypeError, /^bridgeVlan\.add: option link is missing$/],
    [
      'VLAN 0',
      { link: 'veth0', vid: 0 },
      RangeError,
      /^bridgeVlan\.add: vid: must be a whole number from 1 to 4094/,
    ],
    ['VLAN 4095', { link: 'veth0', vid: 4095 }, RangeError, /^bridgeVlan\.add: vid: must be/],
    ['a backward range', { link: 'veth0', vid: 9, vidEnd: 8 }, RangeError, /vidEnd must not be below vid$/],
    ['a PVID of many', { link: 'veth0', vid: 8, vidEnd: 9, pvid: true }, RangeError, /pvid is for one VLAN/],
    ['a tunnel with a PVID', { link: 'veth0', vid: 8, tunnelId: 1, pvid: true }, TypeError, /two calls$/],
    [
      'a tunnel too high',
      { link: 'veth0', vid: 8, vidEnd: 9, tunnelId: 0xff_ffff },
      RangeError,
      /leave room/,
    ],
    [
      'a word for a switch',
      { link: 'veth0', vid: 8, self: 'yes' },
      TypeError,
      /^bridgeVlan\.add: self: must be/,
    ],
    ['an unknown option', { link: 'veth0', vid: 8, flags: [] }, TypeError, /unknown option "flags"/],
  ])('refuse %s', (_, options, type, message) => {
    const refused = () => vlans.add(options as never);
    expect(refused).toThrow(type);
    expect(refused).toThrow(message);
  });

  it('are removed whatever way they pass, so that a removal takes no such word', () => {
    expect(() => vlans.remove({ link: 'veth0', vid: 8, pvid: true } as never)).toThrow(
      /unknown option "pvid"/,
    );
  });
});
