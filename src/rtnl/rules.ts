// Policy rules: what `ip rule` does, as requests.

import { checkInterfaceName } from '../interface-name.js';
import { integer } from '../options.js';
import type { RuleAction, RuleObject, RuleRequest, RuleTable } from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { checkOptions, refuse } from './options.js';
import { parsePrefix } from './prefix.js';
import { tableValue } from './route-table.js';

/** A rule as the kernel reports it: `source` and `destination` are absent where it is for all. */
export type Rule = RuleObject;

type Passed = Omit<
  RuleRequest,
  | 'family'
  | 'source'
  | 'sourceLength'
  | 'destination'
  | 'destinationLength'
  | 'headerTable'
  | 'flags'
  | 'action'
>;

/** A policy rule: packets that are all of this are looked up in `table`, or what `action` says. */
export interface RuleOptions extends Passed {
  /** 'inet' unless `source` or `destination` say otherwise. `-4`, `-6` */
  readonly family?: 'inet' | 'inet6';
  /** `from PREFIX` */
  readonly source?: string;
  /** `to PREFIX` */
  readonly destination?: string;
  /** What is done; 'toTable' by default. */
  readonly action?: RuleAction | number;
  /** It is for packets that are not all of this. `not` */
  readonly invert?: boolean;
}

/** Which rules to list; the kernel filters by family, netplumb by the rest. */
export interface RuleFilter {
  readonly family?: 'inet' | 'inet6';
  readonly priority?: number;
  readonly table?: RuleTable | number;
}

const refused = {
  sourceLength: ': source has it',
  destinationLength: ': destination has it',
  headerTable: '; use table',
  flags: '; use invert',
};

function value(verb: 'add' | 'remove', options: RuleOptions): Record<string, unknown> {
  const operation = `rule.${verb}`;
  checkOptions(operation, options);
  refuse(options, refused, operation);
  const { family, source, destination, action, invert, table, inputLink, outputLink, ...rest } = options;
  const from = source === undefined ? undefined : parsePrefix(source, `${operation}: source`);
  const to = destination === undefined ? undefined : parsePrefix(destination, `${operation}: destination`);
  const chosen = family ?? from?.family ?? to?.family ?? 'inet';
  for (const [name, prefix] of Object.entries({ source: from, destination: to }))
    if (prefix !== undefined && prefix.family !== chosen)
      throw new RangeError(`${operation}: ${name}: ${prefix.address} is not ${chosen}`);
  if (rest.priority !== undefined) priorityOf(rest.priority, `${operation}: priority`);
  if (invert !== undefined && typeof invert !== 'boolean')
    throw new TypeError(`${operation}: invert must be true or false`);
  // Packets that this host sends itself come in by lo.
  for (const [name, link] of Object.entries({ inputLink, outputLink }))
    if (link !== undefined && link !== 'lo') checkInterfaceName(link, `${operation}: ${name}`);
  const looks = action === undefined || action === 'toTable';
  // A removal leaves open what it does not name.
  const adding = verb === 'add';
  const wanted = table ?? (adding && looks && rest.l3mdev !== true ? 'main' : undefined);
  return {
    family: chosen,
    ...(action === undefined && !adding ? {} : { action: action ?? 'toTable' }),
    ...(invert ? { flags: ['invert'] } : {}),
    ...(from === undefined || from.length === 0 ? {} : { source: from.address, sourceLength: from.length }),
    ...(to === undefined || to.length === 0 ? {} : { destination: to.address, destinationLength: to.length }),
    ...(wanted === undefined ? {} : tableValue(wanted)),
    ...(inputLink === undefined ? {} : { inputLink }),
    ...(outputLink === undefined ? {} : { outputLink }),
    ...rest,
  };
}

const priorityOf = integer(0, 0xffff_ffff);
const targetOf = ({ priority }: { readonly priority?: number | undefined }) =>
  priority === undefined ? 'rule' : String(priority);

export const ruleVerbs = {
  /**
   * Adds a rule. `ip rule add from PREFIX table TABLE …`
   * @returns it as the kernel made it, with the priority that was chosen
   * @throws {NetlinkError} `EEXIST`
   * @example await ns.rules.add({ source: '172.16.0.0/24', table: 100 })
   */
  add: (options: RuleOptions): Operation<Rule> => {
    const checked = value('add', options);
    return request('rule', 'add', targetOf(options), () => checked, first<Rule>);
  },

  /** Removes the first that has all that is named. `ip rule del …`. @throws {NetlinkError} `ENOENT` */
  remove: (options: RuleOptions): Operation<void> => {
    const checked = value('remove', options);
    return request('rule', 'remove', targetOf(options), () => checked, nothing);
  },

  /** All rules, or those of a family, a priority or a table. `ip rule show` */
  list: (filter: RuleFilter = {}): Operation<readonly Rule[]> => {
    checkOptions('rule.list', filter);
    const { priority, table, ...rest } = filter;
    if (priority !== undefined && typeof priority !== 'number')
      throw new TypeError('rule.list: priority must be a number');
    const listed = (answer: unknown) =>
      all<Rule>(answer).filter(
        (rule) =>
          (priority === undefined || (rule.priority ?? 0) === priority) &&
          (table === undefined || rule.table === table),
      );
    return request('rule', 'list', 'all', () => rest, listed);
  },
};

/** The policy rules of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type Rules = Face<typeof ruleVerbs>;
export const Rules: new (at: Performer) => Rules = faceOf(ruleVerbs);
