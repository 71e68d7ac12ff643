// `ip link` lines.

import type { Step } from '../binding.js';
import { shellWord } from '../shell-word.js';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';
import { explainTunnel } from './tunnel.js';
import { type Fields, type Special, spell } from './words.js';

type Request = Extract<Step, { do: 'request' }>;

// The words for a flag that is set, and for one that is cleared.
const switches: Readonly<Record<string, readonly [set: string, clear: string]>> = {
  up: ['up', 'down'],
  noArp: ['arp off', 'arp on'],
  multicast: ['multicast on', 'multicast off'],
  allMulticast: ['allmulticast on', 'allmulticast off'],
  promiscuous: ['promisc on', 'promisc off'],
  dynamic: ['dynamic on', 'dynamic off'],
  noTrailers: ['trailers off', 'trailers on'],
};

const addressModes: Readonly<Record<string, string>> = { stablePrivacy: 'stable_secret' };

const none = () => [];

const special: Special = {
  // Said by the switches, or what an answer is to hold.
  flags: none,
  extMask: none,
  linkInfo: none,
  netNsFd: ({ slot }: { slot: number }, at) => ['netns', shellWord(at.namespace(slot))],
  change: none,
  index: (number: number) => ['index', String(number)],
  afSpec: ({ inet6 }: { inet6?: { addressGenerationMode?: string | number } }) => {
    const mode = inet6?.addressGenerationMode;
    return mode === undefined ? [] : ['addrgenmode', addressModes[mode] ?? String(mode)];
  },
  xdp: ({ fd }: { fd?: number }) => (fd === -1 ? ['xdp', 'off'] : []),
  protoDownReason: ({ mask = 0, value = 0 }: { mask?: number; value?: number }) =>
    Array.from({ length: 32 }, (_, bit) => bit)
      .filter((bit) => (mask >>> bit) & 1)
      .flatMap((bit) => ['protodown_reason', String(bit), (value >>> bit) & 1 ? 'on' : 'off']),
};

// `group` and `remote` are one attribute; ip takes either word only for its kind of address.
const end = (address: string) => [/^(22[4-9]|23\d)\.|^ff/i.test(address) ? 'group' : 'remote', address];

/** Of what a kind, or a port of it, keeps. */
const ofKind: Special = { group: end, group6: end };

const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);

const attributes = (value: Fields, at: Surroundings) =>
  spell(tables().objects.get('link') ?? [], value, at, special);

function switched({ flags, change }: Fields): readonly string[] {
  return namesIn(change).flatMap((flag) => switches[flag]?.[namesIn(flags).includes(flag) ? 0 : 1] ?? []);
}

interface Info {
  readonly kind?: string;
  readonly data?: { readonly peer?: Fields } & Fields;
  readonly slaveKind?: string;
  readonly slaveData?: Fields;
}

/** One line; more where ip takes the parts of a change one by one. */
export function explainLink({ verb, value }: Request, at: Surroundings): readonly string[] {
  const { kind, data = {}, slaveKind, slaveData = {} } = (value.linkInfo ?? {}) as Info;
  if (verb === 'add') return [`link add ${joined(born(value, at), kindWords(kind, data, at))}`];
  const { which, rest } = found(value, at);
  if (verb === 'remove') return [`link del ${which}`];
  const words = joined(attributes(rest, at), switched(rest), kindWords(kind, data, at));
  const port = [`${slaveKind}_slave`, ...spell([tables().ports.get(slaveKind ?? '')], slaveData, at, ofKind)];
  const { inet6 } = (value.afSpec ?? {}) as { inet6?: { token?: string } };
  return [
    ...(words === '' ? [] : [`link set ${which} ${words}`]),
    ...(slaveKind === undefined ? [] : [`link set ${which} type ${port.join(' ')}`]),
    ...(inet6?.token === undefined ? [] : [`token set ${shellWord(inet6.token)} ${which}`]),
  ];
}

/** A new link's own words, of either end of a pair. */
function born({ name, ...value }: Fields, at: Surroundings): readonly string[] {
  return [...(name === undefined ? [] : [named(String(name))]), ...attributes(value, at), ...switched(value)];
}

// ip takes a bare word for a name only where it is no option of its own, nor the beginning of one; options are of
// small letters and of 12 at most, but for those with an underscore.
function named(name: string): string {
  return /^[a-z_-]{1,12}$|_/.test(name) ? `name ${shellWord(name)}` : shellWord(name);
}

function kindWords(kind: string | undefined, { peer, ...data }: Info['data'] & Fields, at: Surroundings) {
  if (kind === undefined) return [];
  const table = tables().kinds.get(kind);
  const { words, rest } = explainTunnel(data);
  const own: string[] = [];
  const theirs: string[] = [];
  for (const [name, value] of Object.entries(rest)) {
    const [first, ...more] = spell([table], { [name]: value }, at, ofKind);
    // What ip says of the other end behind `peer`.
    if (first === 'peer') theirs.push(...more);
    else if (first !== undefined) own.push(first, ...more);
  }
  if (peer === undefined && theirs.length === 0) return ['type', kind, ...own, ...words];
  const { name, ...value } = (peer ?? {}) as Fields;
  const called = name === undefined ? [] : ['name', shellWord(String(name))];
  return ['type', kind, ...own, ...words, 'peer', ...theirs, ...called, ...born(value, at)];
}

/** By what a standing link is found, and what is said of it; by its group where by nothing else. */
function found(
  { index, name, altName, ...others }: Fields,
  at: Surroundings,
): { readonly which: string; readonly rest: Fields } {
  const reference = index ?? name ?? altName;
  if (reference === undefined) {
    const { group, ...rest } = others;
    return { which: `group ${group}`, rest };
  }
  const renamed = index !== undefined && name !== undefined ? { name } : {};
  return { which: `dev ${at.link(reference)}`, rest: { ...renamed, ...others } };
}

const joined = (...parts: readonly (readonly string[])[]) => parts.flat().join(' ');

/** `ip link property` lines. */
export function explainAltNames({ verb, value }: Request, at: Surroundings): readonly string[] {
  const { which } = found(value, at);
  const names = namesIn(value.altNames).flatMap((name) => ['altname', shellWord(name)]);
  return [joined(['link property', verb === 'remove' ? 'del' : verb, which], names)];
}
