// Owns the data-path matrix: who asks, by which published port, and what is promised. Must not know how a network is made.
// docs/nat.md shows the same table: data-path.test.ts compares them.

export const sources = ['LAN', 'host', 'loopback', 'itself', 'neighbour', 'other network'] as const;
export type Source = (typeof sources)[number];

export const publications = ['all', 'one address', 'loopback', 'range', 'unpublished'] as const;
export type Publication = (typeof publications)[number];

/** What a container sees of who asked: the asker's own address, the host's, the bridge's; or nothing, for nothing comes. */
export type Promised = 'own' | 'host' | 'bridge' | '-';

/** Rows by source, a column for each publication. */
export const promised: Readonly<Record<Source, Readonly<Record<Publication, Promised>>>> = {
  LAN: { all: 'own', 'one address': 'own', loopback: '-', range: 'own', unpublished: '-' },
  host: { all: 'host', 'one address': 'host', loopback: '-', range: 'host', unpublished: 'bridge' },
  loopback: { all: '-', 'one address': '-', loopback: 'bridge', range: '-', unpublished: '-' },
  itself: { all: 'bridge', 'one address': 'bridge', loopback: '-', range: 'bridge', unpublished: 'own' },
  neighbour: { all: 'bridge', 'one address': 'bridge', loopback: '-', range: 'bridge', unpublished: 'own' },
  'other network': {
    all: 'bridge',
    'one address': 'bridge',
    loopback: '-',
    range: 'bridge',
    unpublished: '-',
  },
};

/** IPv6 has no way from ::1, so nothing can be published there. */
export function promisedIn(family: 4 | 6, source: Source, publication: Publication): Promised {
  if (family === 6 && (source === 'loopback' || publication === 'loopback')) return '-';
  return promised[source][publication];
}

/** The table as it is printed, and as it stands in docs/nat.md. */
export function matrixText(cell: (source: Source, publication: Publication) => string): string {
  const rows = sources.map((source) => [
    source,
    ...publications.map((publication) => cell(source, publication)),
  ]);
  const lines = [
    ['from \\ published on', ...publications],
    ['---', ...publications.map(() => '---')],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
