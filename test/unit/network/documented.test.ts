// docs/formats.md is what other programs rely on: its examples must be what the code reads and writes.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addressClaim, containerClaim, parseClaim } from '../../../src/network/formats/claims.js';
import {
  encodeLabel,
  type HostLinkLabel,
  type Label,
  type PooledLabel,
} from '../../../src/network/formats/label.js';
import { parseLabel } from '../../../src/network/formats/label-reader.js';
import { deriveMac } from '../../../src/network/formats/mac.js';

const text = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
const labels = [...text.matchAll(/^ {4}(netplumb\/1 .*)$/gm)].map((match) => match[1] ?? '');
const claims = [...text.matchAll(/np1:br0:\S+/g)].map((match) => match[0]);

describe('docs/formats.md', () => {
  it('shows labels of a bridge, a host link and a pooled one that are read and written again unchanged', () => {
    const read = labels.map((label) => parseLabel(label));
    expect(read.map((label) => label?.kind)).toEqual(['bridge', 'bridge', 'hostLink', 'pooled']);
    expect(read.map((label) => encodeLabel(label as Label))).toEqual(labels);
  });

  it('shows the MAC that follows from its example', () => {
    const label = parseLabel(labels[2]) as HostLinkLabel;
    expect(label.mac).toBe(deriveMac('br0', '172.16.0.2'));
    const pooled = parseLabel(labels[3]) as PooledLabel;
    expect(pooled.mac).toBe(deriveMac('br0', '172.16.0.3'));
  });

  it('shows claims that are read and written again unchanged', () => {
    expect(claims).toHaveLength(3);
    for (const text of claims) {
      const claim = parseClaim(text);
      if (claim?.kind === 'address') expect(addressClaim(claim.network, claim.address)).toBe(text);
      else expect(containerClaim(claim?.network ?? '', claim?.container ?? '')).toBe(text);
    }
  });
});
