// `ip address` lines.

import type { Step } from '../binding.js';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';
import { type Special, spell } from './words.js';

const flags: Readonly<Record<string, string>> = {
  homeAddress: 'home',
  noDad: 'nodad',
  optimistic: 'optimistic',
  manageTempAddress: 'mngtmpaddr',
  noPrefixRoute: 'noprefixroute',
  multicastAutoJoin: 'autojoin',
};

const protocols: Readonly<Record<string, string>> = {
  kernelLo: 'kernel_lo',
  kernelRa: 'kernel_ra',
  kernelLl: 'kernel_ll',
};

const forever = 0xffff_ffff;
const seconds = (value: number) => (value === forever ? 'forever' : String(value));

const special: Special = {
  protocol: (name: string | number) => ['proto', protocols[name] ?? String(name)],
  flags: (names: readonly string[]) => names.flatMap((name) => flags[name] ?? []),
  cacheInfo: ({ valid, preferred }: { valid?: number; preferred?: number }) => [
    ...(valid === undefined ? [] : ['valid_lft', seconds(valid)]),
    ...(preferred === undefined ? [] : ['preferred_lft', seconds(preferred)]),
  ],
};

export function explainAddress(
  { verb, value }: Extract<Step, { do: 'request' }>,
  at: Surroundings,
): readonly string[] {
  const { family: _, prefixLength, index, local, address, ...rest } = value;
  const alone = address === undefined || address === local;
  const words = [
    ...(alone ? [`${local}/${prefixLength}`] : [String(local), 'peer', `${address}/${prefixLength}`]),
    'dev',
    at.link(index),
    ...spell(tables().objects.get('address') ?? [], rest, at, special),
  ];
  return [`address ${verb === 'remove' ? 'del' : verb} ${words.join(' ')}`];
}
