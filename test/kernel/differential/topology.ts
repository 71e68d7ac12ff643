// One topology: a namespace, the changes made to it one after the other, and the comparison of all we read with all that ip prints.

import { setTimeout as delay } from 'node:timers/promises';
import { Namespace } from '../../../src/namespace.js';
import { Plan } from '../../../src/plan.js';
import type { Host } from '../../support/host.js';
import type { Change } from './changes/model.js';
import type { Scene } from './formats.js';
import { compareLists, type Difference, type Plain } from './mapping.js';
import { type Compared, objects } from './objects.js';
import { readIp } from './read-ip.js';

const pausesMs = [0, 0, 50, 100, 200, 400, 800];

type SceneLink = Scene['links'] extends ReadonlyMap<number, infer Link> ? Link : never;

export interface Outcome {
  readonly fields: number;
  readonly differences: readonly Difference[];
}

export class Topology {
  /** What was done, as shell lines; a refused one says so. */
  readonly history: string[] = [];
  readonly #host: Host;
  readonly #ns: Namespace;
  #looked = 0;

  private constructor(host: Host, ns: Namespace) {
    this.#host = host;
    this.#ns = ns;
  }

  static async open(host: Host): Promise<Topology> {
    return new Topology(host, await Namespace.open(host.name));
  }

  close(): void {
    this.#ns.close();
  }

  /**
   * Makes a change, by netplumb's verbs or by the lines of `ip` that explain them.
   * @returns whether the kernel took it
   */
  async make(change: Change, by: 'netplumb' | 'ip'): Promise<boolean> {
    const plan = new Plan({ undo: false });
    if (typeof change === 'function') change(plan.on(this.#ns));
    const lines = typeof change === 'function' ? plan.explain(this.#ns) : change;
    const ours = typeof change === 'function' && by === 'netplumb';
    const took = ours ? await this.#run(plan) : this.#type(lines);
    const how = `${ours ? 'netplumb' : 'ip'}${took === true ? '' : `, ${took}`}`;
    this.history.push(...lines.map((line) => `${line}   # ${how}`));
    return took === true;
  }

  async #run(plan: Plan): Promise<true | string> {
    try {
      await plan.run();
      return true;
    } catch (error) {
      return String(error);
    }
  }

  #type(lines: readonly string[]): true | string {
    const { status, stderr } = this.#host.attempt('sh', '-ec', lines.join('\n'));
    return status === 0 ? true : stderr.trim().replaceAll('\n', ' ');
  }

  /** Compares everything; again where it differs, for some things move by themselves between the one look and the other. */
  async compare(): Promise<Outcome> {
    let outcome = await this.#compareOnce();
    for (const pauseMs of pausesMs) {
      if (outcome.differences.length === 0) break;
      await delay(pauseMs);
      outcome = await this.#compareOnce();
    }
    return outcome;
  }

  async #compareOnce(): Promise<Outcome> {
    const [theirs, ours] = await Promise.all([this.#theirs(), this.#ours()]);
    const [listed] = ours;
    const scene = { links: new Map(listed?.all.map((link) => [Number(link.index), link as SceneLink])) };
    const comparisons = objects.flatMap(({ name, rows, entries = (answer) => answer }, i) => {
      const found = entries(theirs.get(name) ?? []);
      const { all = [], at = 0, one } = ours[i] ?? {};
      const lists = compareLists(name, rows, all, found, scene);
      const single =
        one === undefined ? [] : [compareLists(`${name}.get`, rows, [one], found.slice(at, at + 1), scene)];
      return [lists, ...single];
    });
    return {
      fields: comparisons.reduce((sum, { fields }) => sum + fields, 0),
      differences: comparisons.flatMap(({ differences }) => differences),
    };
  }

  /** The list of each object, and where one of them can be read by itself, another one every time. */
  #ours() {
    this.#looked += 1;
    return Promise.all(
      objects.map(async ({ list, get }) => {
        const all = (await list(this.#ns)) as readonly Plain[];
        const at = this.#looked % Math.max(1, all.length);
        const listed = all[at];
        return { all, at, one: listed === undefined ? undefined : await get?.(this.#ns, listed) };
      }),
    );
  }

  /** One process for all objects that need the same program and options. */
  async #theirs(): Promise<ReadonlyMap<string, readonly Plain[]>> {
    const asking = [...new Set(objects.map(processOf))].map(async (process) => {
      const some = objects.filter((object) => processOf(object) === process);
      const [program, ...options] = process.split(' ');
      const commands = some.map(({ command }) => command);
      const details = some.some(({ plain }) => plain) ? [] : undefined;
      const lists = await readIp(this.#host, program as Compared['program'], options, commands, details);
      return some.map(({ name }, i) => [name, lists[i] ?? []] as const);
    });
    return new Map((await Promise.all(asking)).flat());
  }
}

const processOf = ({ program, options = [] }: Compared) => [program, ...options].join(' ');

const shown = (value: unknown) =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));

/** What differs, and the lines that led there. */
export function differencesText(differences: readonly Difference[], history: readonly string[]): string {
  return [
    ...differences.map(
      ({ field, ours, theirs }) => `  ${field}: ours ${shown(ours)}, iproute2's ${shown(theirs)}`,
    ),
    'after',
    ...history.map((line) => `  ${line}`),
  ].join('\n');
}
