// `ip -j -d route get`: a route, and what was asked.

import type { Row } from '../mapping.js';
import { routeRows } from './route.js';

/** What is written otherwise of a way that was found, which is no route of a table. */
const otherwise: Readonly<Record<string, Row>> = {
  table: ['table', 'table', 'tableFound'],
  protocol: ['protocol', 'protocol', 'unlessCloned'],
  scope: ['scope', 'scope', 'unlessCloned'],
  // How many hold it at the moment, those who ask included.
  users: ['users', 'cacheInfo.references', 'someOrNone'],
};

export const lookupRows: readonly Row[] = [
  ...routeRows.map((row) => otherwise[row[0]] ?? row),
  ['mark', 'mark', 'nonZero'],
  ['uid', 'uid'],
  ['iif', 'inputLink', 'linkName'],
  ['cache', 'flags', 'cacheFlags'],
];
