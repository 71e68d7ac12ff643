// The bench's tuned floor sends, byte for byte and send for send, what the library sends: else their ratio would measure
// something else than the library's own cost. Both programs attach the same containers under strace.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Host } from '../../scripts/bench/host.mjs';
import { floorTuned } from '../../scripts/bench/implementations/floors.mjs';
import type { Implementation } from '../../scripts/bench/implementations/implementation.mjs';
import { netplumb } from '../../scripts/bench/implementations/netplumb.mjs';
import { run } from '../../scripts/bench/processes.mjs';
import { planContainers } from '../../scripts/bench/work-list.mjs';
import { writtenBuffers } from '../../scripts/fixtures/run.mjs';
import { binding } from '../../src/binding.js';
import { find, walkAttributes, walkMessage } from '../support/attributes.js';
import { command } from '../support/command.js';
import { hex } from '../support/golden.js';
import { namedNamespaces } from '../support/host.js';
import { linesOf, print } from '../support/request-lines.js';
import { uniqueName } from '../support/unique-name.js';

const containers = 3;
const sendsPerAttach = 2;
const description = binding.describe();
const hostName = uniqueName('floor');
const plan = planContainers(uniqueName('attached'), containers);
afterAll(removeNamespaces);

/** What a program has left, its host included. */
function removeNamespaces(): void {
  const ours = [hostName, ...plan.containers.map(({ name }) => name)];
  for (const name of namedNamespaces().filter((one) => ours.includes(one)))
    command('ip', ['netns', 'del', name]);
}

/** What a program sent by netlink, oldest first, in an empty host namespace of its own. */
async function sendsOf(implementation: Implementation): Promise<Buffer[]> {
  await implementation.prepare();
  const host = await Host.create(hostName, { style: implementation.bridge, ...plan });
  const folder = mkdtempSync(join(tmpdir(), 'netplumb-floor-'));
  try {
    const attach = implementation.commands['attach-cold']?.({ plan, lock: join(folder, 'lock'), folder });
    if (attach === undefined) throw new Error(`${implementation.name} cannot do a cold attach`);
    const { file, args, input = '' } = host.enter(attach);
    // A file for each thread, so that calls stand whole; their times put them in order.
    const strace = [
      '-ff',
      '-ttt',
      '-o',
      join(folder, 'trace'),
      '-e',
      'trace=sendmsg,sendto',
      '-e',
      'write=all',
    ];
    await run({ file: 'strace', args: [...strace, file, ...args], input });
    return readdirSync(folder)
      .filter((name) => name.startsWith('trace'))
      .flatMap((name) => readFileSync(join(folder, name), 'latin1').split(/^(?=\d+\.\d+ )/m))
      .filter((call) => call.includes('sa_family=AF_NETLINK'))
      .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))
      .flatMap((call) => writtenBuffers(call.replace(/^\S+ /, '')));
  } finally {
    rmSync(folder, { recursive: true });
    host.forgetLock();
    removeNamespaces();
  }
}

function messagesOf(send: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < send.length; at += send.readUInt32LE(at))
    found.push(send.subarray(at, at + send.readUInt32LE(at)));
  return found;
}

const IFLA_LINKINFO = 18;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;
const IFLA_NET_NS_FD = 28;
const RTM_NEWLINKPROP = 108;
const objects = new Map([
  [20, 'address'],
  [24, 'route'],
  [RTM_NEWLINKPROP, 'altName'],
]);

/** Without what differs from run to run: sequence numbers, random names, descriptors. Indexes are equal, and must be. */
function normalised(message: Buffer): Buffer {
  const bytes = Buffer.from(
    message.toString('latin1').replace(/np[a-z2-7]{12}(?=\0)/, 'nprandomrandom'),
    'latin1',
  );
  bytes.writeUInt32LE(0, 8);
  const { type, attributes } = walkMessage(bytes);
  const peer = objects.has(type)
    ? undefined
    : find(attributes, IFLA_LINKINFO, IFLA_INFO_DATA, VETH_INFO_PEER)?.payload;
  if (peer) find(walkAttributes(peer.subarray(16)), IFLA_NET_NS_FD)?.payload.fill(0);
  return bytes;
}

/** Names first, for whoever reads a difference; then the bytes, in which order and padding count too. */
function text(send: Buffer): string {
  return messagesOf(send)
    .map(normalised)
    .map((bytes) => {
      const object = objects.get(bytes.readUInt16LE(4)) ?? 'link';
      return `${print(linesOf(bytes, object, description))}\n${hex(bytes)}`;
    })
    .join('\n\n');
}

describe('the tuned floor', () => {
  it('sends what the library sends', async () => {
    const library = await sendsOf(netplumb);
    const floor = await sendsOf(floorTuned);
    expect(floor).toHaveLength(containers * sendsPerAttach);
    // Before them the library made the bridge.
    const attaches = library.slice(-floor.length);
    expect(library.length - floor.length).toBeGreaterThan(0);
    for (const [i, send] of attaches.entries())
      expect(text(floor[i] ?? Buffer.alloc(0)), `send ${i + 1} of ${floor.length}`).toBe(text(send));
    // The comparison sees every message: create, label, two claims; lo, quiet, up, address, route, two questions.
    expect(attaches.slice(0, 2).map((send) => messagesOf(send).length)).toEqual([4, 7]);
  });
});
