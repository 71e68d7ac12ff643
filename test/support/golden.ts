// Reads the golden fixtures: requests that iproute2 sent, captured by scripts/fixtures/capture.mjs.
// A test asks by the command a person would type. Must not know our encoder, nor how the bytes were captured.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fixtureName, hexLines } from '../../scripts/fixtures/text.mjs';

const folder = fileURLToPath(new URL('../fixtures/golden/', import.meta.url));

/** One captured request. */
export interface GoldenFixture {
  /** As typed, `ip link add br0 type bridge`. */
  readonly command: string;
  /** The version of iproute2 that wrote the bytes. */
  readonly iproute2: string;
  /** The links of the capture namespace, by name. */
  readonly ifindex: Readonly<Record<string, number>>;
  /** The descriptor that stands in IFLA_NET_NS_FD, where the command names a namespace. */
  readonly netnsFd: number | undefined;
  /** One netlink message, header included; sequence number and port id are 0. */
  readonly message: Buffer;
}

/** Parses the text of a fixture file; `name` is only for errors. */
export function parseGolden(text: string, name: string): GoldenFixture {
  const lines = text.split('\n').filter((line) => line !== '');
  const header = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const hex = lines.filter((line) => !line.startsWith('#')).join(' ');
  const value = (key: string) => header.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
  const [command] = header;
  const iproute2 = value('iproute2');
  if (!command?.startsWith('ip ') || !iproute2)
    throw new Error(`${name}: the header is not that of a fixture`);
  if (!/^[0-9a-f]{2}( [0-9a-f]{2})*$/.test(hex)) throw new Error(`${name}: not pairs of hex digits`);
  const links = (value('ifindex') ?? '').split(' ').map((pair) => pair.split('='));
  const netnsFd = /^other=fd:(\d+)$/.exec(value('netns') ?? '')?.[1];
  return {
    command,
    iproute2,
    ifindex: Object.fromEntries(links.map(([link, index]) => [link, Number(index)])),
    netnsFd: netnsFd === undefined ? undefined : Number(netnsFd),
    message: Buffer.from(hex.replaceAll(' ', ''), 'hex'),
  };
}

/** The fixture of one command, which must be spelled as in scripts/fixtures/commands. */
export function readGolden(command: string): GoldenFixture {
  const name = fixtureName(command);
  const fixture = parseGolden(readFileSync(`${folder}${name}`, 'utf8'), name);
  if (fixture.command !== command) throw new Error(`${name} holds ${fixture.command}, not ${command}`);
  return fixture;
}

/** Every fixture there is, in the order of file names; for tests that sweep them, and to see that none is unused. */
export function allGolden(): readonly GoldenFixture[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.sort().map((name) => parseGolden(readFileSync(`${folder}${name}`, 'utf8'), name));
}

/** Bytes as text, four to a line: compare these with toBe, and a difference is shown as lines. */
export function hex(message: Uint8Array): string {
  return hexLines(Buffer.from(message));
}
