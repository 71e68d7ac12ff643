// Where something of traffic control stands: on a link, below a parent. The words are tc's.

import { shown, wrongType } from '../../argument.js';
import type { Check } from '../../options.js';
import { checkLink, type LinkReference } from '../references.js';

/** A handle: '1:' of a discipline, '1:10' of a class, both hexadecimal. */
export type Handle = string;

const pattern = /^[0-9a-f]{0,4}:[0-9a-f]{0,4}$/i;

/** A handle, or one of the words that stand for a place. */
export function handle(...words: readonly string[]): Check<Handle> {
  return (value, option) => {
    if (typeof value !== 'string') throw wrongType(option, 'a string', value);
    if (words.includes(value) || (pattern.test(value) && value !== ':')) return value;
    const also = words.map((word) => `, '${word}'`).join('');
    throw new RangeError(`${option}: must be a handle such as '1:' or '1:10'${also}, got ${shown(value)}`);
  };
}

export const link: Check<LinkReference> = (value, option) => {
  checkLink(value, option);
  return value;
};

/** ffff: belongs to ingress and clsact, and nothing else. */
export const clsactHandle = 'ffff:';
const hooks: Readonly<Record<string, Handle>> = { ingress: 'ffff:fff2', egress: 'ffff:fff3' };

/** Where a filter stands, 'ingress' and 'egress' being clsact's two hooks. */
export const hookOf = (parent: Handle): Handle => hooks[parent] ?? parent;
