// The table of a route or a rule: a name or a number, in the header where it fits there.

import type { RouteTable } from './attributes.generated.js';

/** RT_TABLE_*, linux/rtnetlink.h. */
const named: Readonly<Record<RouteTable, number>> = { unspecified: 0, default: 253, main: 254, local: 255 };

/** The header holds one byte; larger numbers go into the attribute (RTA_TABLE, FRA_TABLE). */
export function tableValue(table: RouteTable | number): Record<string, unknown> {
  if (typeof table === 'string' && !Object.hasOwn(named, table))
    throw new RangeError(`table: must be a number or one of ${Object.keys(named).join(', ')}`);
  const number = typeof table === 'string' ? named[table] : table;
  const small = Number.isInteger(number) && number >= 0 && number < 256;
  return small ? { headerTable: number } : { headerTable: 0, table: number };
}
