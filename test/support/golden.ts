// Reads the golden fixtures: requests that iproute2 sent, captured by scripts/fixtures/capture.mjs. What stands in one is said in
// scripts/fixtures/text.mjs. Must not know our encoder, nor how the bytes were captured.

import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Capture, hexLines, parseFixture } from '../../scripts/fixtures/text.mjs';

const folder = fileURLToPath(new URL('../fixtures/golden/', import.meta.url));

/** One captured request. */
export interface Golden extends Capture {
  /** The fixture it stands in: a kind of link, or an object. */
  readonly fixture: string;
  /** The version of iproute2 that wrote the bytes. */
  readonly iproute2: string;
}

/** Every capture there is, in the order of file names and of the files. */
export function allGolden(): readonly Golden[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const fixture = basename(file, '.txt');
      const { iproute2, captures } = parseFixture(readFileSync(`${folder}${file}`, 'utf8'), file);
      return captures.map((capture) => ({ ...capture, fixture, iproute2 }));
    });
}

/** The capture of one command, which must be spelled as in its fixture. */
export function readGolden(command: string): Golden {
  const found = allGolden().find((golden) => golden.command === command);
  if (found === undefined) throw new Error(`no capture of ${command}`);
  return found;
}

/** Bytes as text, four to a line: compare these with toBe, and a difference is shown as lines. */
export function hex(message: Uint8Array): string {
  return hexLines(Buffer.from(message));
}
