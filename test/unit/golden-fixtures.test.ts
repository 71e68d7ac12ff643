// The captured fixtures are sound in themselves: whole messages, clean nests, the command's own words in the bytes.
// Whether our encoder writes the same bytes is another test's business.

import { describe, expect, it } from 'vitest';
import { writtenBuffers } from '../../scripts/fixtures/run.mjs';
import { links } from '../../scripts/fixtures/scene.mjs';
import { fixtureText, parseFixture } from '../../scripts/fixtures/text.mjs';
import { find, walkAttributes, walkMessage } from '../support/attributes.js';
import { allGolden, readGolden } from '../support/golden.js';

const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_INFO_SLAVE_DATA = 5;
const IFLA_AF_SPEC = 26;
const IFLA_PROP_LIST = 52;
const VETH_INFO_PEER = 1;
const RTA_METRICS = 8;
const RTA_MULTIPATH = 9;

const bytesOf = (command: string) => walkMessage(readGolden(command).message);

describe('every fixture', () => {
  it.each(allGolden().map((golden) => [golden.command, golden] as const))(
    '%s is one whole request',
    (_, fixture) => {
      const { attributes } = walkMessage(fixture.message);
      expect(fixture.message.readUInt32LE(8), 'sequence').toBe(0);
      expect(fixture.message.readUInt32LE(12), 'port id').toBe(0);
      expect(fixture.message.readUInt16LE(6) & 1, 'NLM_F_REQUEST').toBe(1);
      for (const { type, payload } of attributes) {
        if (
          [IFLA_LINKINFO, IFLA_AF_SPEC, IFLA_PROP_LIST].includes(type) &&
          payload.length >= 4 &&
          fixture.command.startsWith('ip link')
        ) {
          expect(walkAttributes(payload).length).toBeGreaterThan(0);
        }
      }
      const info = fixture.command.startsWith('ip link') && find(attributes, IFLA_LINKINFO, IFLA_INFO_DATA);
      if (info && info.payload.length > 0) expect(walkAttributes(info.payload).length).toBeGreaterThan(0);
    },
  );

  it('stands for a command of its own', () => {
    const commands = allGolden().map(({ command }) => command);
    expect(commands.filter((command, place) => commands.indexOf(command) !== place)).toEqual([]);
  });
});

describe('the bytes say what the command says', () => {
  it('carries a bridge option in INFO_DATA', () => {
    const { type, flags, attributes } = bytesOf('ip link add br0 type bridge vlan_filtering 1');
    expect([type, flags]).toEqual([16, 0x605]);
    expect(find(attributes, IFLA_LINKINFO, IFLA_INFO_KIND)?.payload.toString()).toBe('bridge');
    expect(find(attributes, IFLA_LINKINFO, IFLA_INFO_DATA, 7)?.payload).toEqual(Buffer.from([1]));
  });

  it('carries a port option in INFO_SLAVE_DATA', () => {
    const { attributes } = bytesOf('ip link set veth0 type bridge_slave isolated on');
    expect(find(attributes, IFLA_LINKINFO, IFLA_INFO_SLAVE_DATA, 33)?.payload).toEqual(Buffer.from([1]));
  });

  it('names the namespace of a veth peer by the descriptor beside it', () => {
    const fixture = readGolden('ip link add veth0 type veth peer name eth0 netns other');
    const peer = find(walkMessage(fixture.message).attributes, IFLA_LINKINFO, IFLA_INFO_DATA, VETH_INFO_PEER);
    const inner = walkAttributes(peer?.payload.subarray(16) ?? Buffer.alloc(0));
    expect(find(inner, 3)?.payload.toString()).toBe('eth0\0');
    expect(find(inner, 28)?.payload.readUInt32LE(0)).toBe(fixture.netnsFd);
  });

  it('refers to links by the indexes of the scene', () => {
    const { body, attributes } = bytesOf('ip link set veth2 master br0');
    expect(body.readInt32LE(4)).toBe(links.veth2);
    expect(find(attributes, 10)?.payload.readUInt32LE(0)).toBe(links.br0);
  });

  it('is the question a person asked, not a look-up of the names in its answer', () => {
    const shown = allGolden().filter(({ command }) => / link show\b/.test(command));
    expect(shown.length).toBeGreaterThan(5);
    const AF_PACKET = 17;
    expect(shown.filter(({ message }) => walkMessage(message).body.readUInt8(0) !== AF_PACKET)).toEqual([]);
    const { attributes } = bytesOf('ip link show master br0');
    expect(find(attributes, 10)?.payload.readUInt32LE(0)).toBe(2);
  });

  it('carries metrics and weighted next hops', () => {
    const metric = bytesOf('ip route add 10.0.0.0/8 via 172.16.0.2 mtu 1400');
    expect(find(metric.attributes, RTA_METRICS, 2)?.payload.readUInt32LE(0)).toBe(1400);
    const hops = bytesOf(
      'ip route add 10.0.0.0/8 nexthop via 172.16.0.2 dev veth2 weight 1 nexthop via 172.16.0.3 dev veth2 weight 5',
    );
    const multipath = find(hops.attributes, RTA_MULTIPATH)?.payload ?? Buffer.alloc(0);
    const first = multipath.readUInt16LE(0);
    expect([multipath.readUInt8(3), multipath.readUInt8(first + 3)]).toEqual([0, 4]);
    expect(multipath.length).toBe(first + multipath.readUInt16LE(first));
  });
});

describe('the fixture format', () => {
  const text = [
    '# Two captures.\n# iproute2 6.1.0',
    '$ ip link set veth2 netns other\n= links.set(veth2, { namespace: other })\n@ other=4\n10 00 00 00\n11 00',
    '% ip link add nk0 type netkit\n- a reason\n~ ip link add nk1',
  ];
  const whole = `${text.join('\n\n')}\n`;

  it('is read, and written as it was', () => {
    const read = parseFixture(whole, 'x');
    expect(read).toEqual({
      comment: ['# Two captures.'],
      iproute2: '6.1.0',
      captures: [
        {
          command: 'ip link set veth2 netns other',
          byHand: false,
          call: 'links.set(veth2, { namespace: other })',
          netnsFd: 4,
          message: Buffer.from('100000001100', 'hex'),
        },
        {
          command: 'ip link add nk0 type netkit',
          byHand: true,
          without: 'a reason',
          explained: 'ip link add nk1',
          message: Buffer.alloc(0),
        },
      ],
    });
    expect(fixtureText(read)).toBe(whole);
  });

  it.each([
    ['comment', whole.replace('# iproute2 6.1.0', '')],
    ['command', whole.replace('$ ip', 'ip')],
    ['hex', whole.replace('11 00', '1 00')],
    ['call', whole.replace('- a reason\n', '')],
    ['call', whole.replace('@ other', '- a reason\n@ other')],
  ])('is refused where its %s is not one', (what, damaged) => {
    expect(() => parseFixture(damaged, 'x')).toThrow(new RegExp(`^x: .*${what}`));
  });

  it('takes the bytes from the dump of strace, whatever the text beside them looks like', () => {
    const trace = [
      'sendto(3, [{nlmsg_len=20}], 20, 0, NULL, 0) = 20',
      ' | 00000  14 00 00 00 10 00 05 00  61 62 20 63 64 20 65 66  ........ab cd ef |',
      ' | 00010  7c 20 61 62                                       | ab             |',
      'sendmsg(3, {msg_iov=[{iov_len=2}]}, 0) = 2',
      ' * 2 bytes in buffer 0',
      ' | 00000  61 62                                             ab               |',
    ];
    expect(writtenBuffers(trace.join('\n')).map((bytes) => bytes.toString('hex'))).toEqual([
      '14000000100005006162206364206566' + '7c206162',
      '6162',
    ]);
  });
});
