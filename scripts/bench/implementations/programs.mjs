// Owns: how a program of programs/ is told what to do: VERB BRIDGE GATEWAY SUBNET PARAMETER, the work list on standard input. It must
// not know what the verbs mean.
import { fileURLToPath } from 'node:url';
import { workList } from '../work-list.mjs';

/** @typedef {import('./implementation.mjs').Implementation} Implementation */

/** @param {string} name in programs/ */
export const programPath = (name) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

/** What every way to attach a container can do, and what it costs it. */
export const LIFE_OF_CONTAINERS = /** @type {const} */ ([
  'attach-cold',
  'create-destroy',
  'detach',
  'tear-down',
]);

/** What those can do besides whose programs take several callers. */
export const CALLERS = /** @type {const} */ (['concurrent', 'event-loop-delay']);

/** Requests one by one, see programs/operations.mjs. */
export const OPERATIONS = /** @type {const} */ ([
  'link-add',
  'link-set',
  'address-add',
  'route-add',
  'link-get',
  'links-list',
]);

/** Ports one by one and together, see programs/ports.mjs. */
export const PORTS = /** @type {const} */ (['publish', 'unpublish', 'publish-many', 'publish-range']);

/**
 * A command for each verb.
 * @param {readonly string[]} start the program and its first arguments
 * @param {readonly string[]} verbs
 * @param {Readonly<Record<string, string>>} [environment] of the program; it gets NETPLUMB_BENCH_FOLDER besides
 * @returns {Implementation['commands']}
 */
export function programCommands(start, verbs, environment = {}) {
  return Object.fromEntries(
    verbs.map((verb) => [
      verb,
      ({ plan, folder, parameter }) => ({
        file: 'env',
        args: [
          ...Object.entries({ ...environment, NETPLUMB_BENCH_FOLDER: folder }).map(
            ([name, value]) => `${name}=${value}`,
          ),
          ...start,
          ...[verb, plan.bridge, plan.gateway, plan.subnet, parameter ?? ''].map(String),
        ],
        input: workList(plan),
      }),
    ]),
  );
}

/** The same for one that Node runs. @param {string} name without .mjs @param {readonly string[]} verbs @param {Readonly<Record<string, string>>} [environment] */
export const nodeCommands = (name, verbs, environment) =>
  programCommands([process.execPath, programPath(`${name}.mjs`)], verbs, environment);
