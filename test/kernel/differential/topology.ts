// One topology: a namespace and others beside it, the changes made to it one after the other, and the comparison of all we read with
// all that ip prints.

import { setTimeout as delay } from 'node:timers/promises';
import { Namespace } from '../../../src/namespace.js';
import { Plan } from '../../../src/plan.js';
import type { RouteLookup } from '../../../src/rtnl/route-lookup.js';
import type { Host } from '../../support/host.js';
import { missing, missingSwitches } from './asked.js';
import type { Change } from './changes/model.js';
import { requestsOf } from './changes/record.js';
import { compareFiltered } from './filtered.js';
import type { Scene, SceneLink } from './formats.js';
import { compareLookup, drawLookup, lookUp, lookupWords } from './lookups.js';
import { compareLists, type Difference, type Plain } from './mapping.js';
import { type Compared, objects } from './objects.js';
import { Random } from './random.js';
import { type Answer, readIp } from './read-ip.js';

const pausesMs = [0, 0, 50, 100, 200, 400, 800];
const lookupsEach = 6;

export interface Outcome {
  readonly fields: number;
  readonly differences: readonly Difference[];
  /** How many of them there were. */
  readonly lookups: number;
  /** Of them. */
  readonly unreachable: number;
  readonly filtered: number;
  /** The kinds of links that stood there. */
  readonly kinds: readonly string[];
}

/** What a change came to, and what was looked at of it. */
export interface Made {
  readonly took: boolean;
  readonly asked: number;
  readonly differences: readonly Difference[];
}

const adding = ['add', 'append', 'replace', 'set'];

export class Topology {
  /** What was done, as shell lines; a refused one says so. */
  readonly history: string[] = [];
  readonly #host: Host;
  readonly #ns: Namespace;
  /** Namespaces beside it. */
  readonly others: readonly Namespace[];
  #looked = 0;

  private constructor(host: Host, ns: Namespace, others: readonly Namespace[]) {
    this.#host = host;
    this.#ns = ns;
    this.others = others;
  }

  static async open(host: Host, others: readonly Host[]): Promise<Topology> {
    const opened = await Promise.all([host, ...others].map(({ name }) => Namespace.open(name)));
    const [ns, ...rest] = opened as [Namespace, ...Namespace[]];
    return new Topology(host, ns, rest);
  }

  close(): void {
    for (const ns of [this.#ns, ...this.others]) ns.close();
  }

  /** Makes a change, by netplumb's verbs or by the lines of `ip` that explain them; of ours, ip must show what was asked for. */
  async make(change: Change, by: 'netplumb' | 'ip'): Promise<Made> {
    const plan = new Plan({ undo: false });
    change(plan.on(this.#ns));
    const lines = plan.explain(this.#ns);
    // A link that is renamed is found by the name it had.
    const scene = await this.#scene();
    const took = by === 'netplumb' ? await this.#run(plan) : this.#type(lines);
    const how = `${by}${took === true ? '' : `, ${took}`}`;
    this.history.push(...lines.map((line) => `${line}   # ${how}`));
    if (took !== true || by === 'ip') return { took: took === true, asked: 0, differences: [] };
    return { took: true, ...(await this.#asAsked(change, scene)) };
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

  async #asAsked(change: Change, before: Scene): Promise<Omit<Made, 'took'>> {
    const steps = requestsOf(change).filter(({ verb }) => adding.includes(verb));
    const outcomes = steps.map(async (step) => {
      const object = objects.find(({ changedBy }) => changedBy?.(step));
      // What was moved away is no longer here.
      if (object === undefined || step.value.netNsFd !== undefined) return { fields: 0, differences: [] };
      const theirs = (await this.#read([object])).get(object.name) ?? [];
      const links = new Map([...(await this.#scene()).links, ...before.links]);
      const asked = missing(object.name, object.rows, step, theirs, { ...before, links });
      const { name } = step.value;
      const switches =
        object.name === 'link' && name !== undefined
          ? missingSwitches(
              step,
              theirs.find((link) => link.ifname === name),
            )
          : [];
      return {
        fields: asked.fields,
        differences: [...asked.differences, ...switches].map((one) => ({
          ...one,
          field: `${one.field} as asked for`,
        })),
      };
    });
    const all = await Promise.all(outcomes);
    return {
      asked: all.reduce((sum, { fields }) => sum + fields, 0),
      differences: all.flatMap(({ differences }) => differences),
    };
  }

  /** Compares everything; again where it differs, for some things move by themselves between the one look and the other. */
  async compare(seed: number): Promise<Outcome> {
    this.#looked += 1;
    const lookups = await this.#draw(new Random(seed));
    let outcome = await this.#compareOnce(lookups, seed);
    for (const pauseMs of pausesMs) {
      if (outcome.differences.length === 0) break;
      await delay(pauseMs);
      outcome = await this.#compareOnce(lookups, seed);
    }
    return outcome;
  }

  async #draw(random: Random): Promise<readonly RouteLookup[]> {
    const known = {
      links: (await this.#ns.links.list()) as unknown as readonly Plain[],
      addresses: (await this.#ns.addresses.list()) as unknown as readonly Plain[],
      routes: (await this.#ns.routes.list()) as unknown as readonly Plain[],
    };
    return Array.from({ length: lookupsEach }, () => drawLookup(random, known));
  }

  async #scene(): Promise<Scene> {
    const [links, numbers] = await Promise.all([
      this.#ns.links.list(),
      Promise.all(this.others.map(async (other) => [await this.#ns.namespaceIds.get(other), other] as const)),
    ]);
    return {
      links: new Map(links.map((link) => [Number(link.index), link as unknown as SceneLink])),
      namespaces: new Map(
        numbers.flatMap(([id, { name = '' }]) => (id === undefined ? [] : [[id, name] as const])),
      ),
    };
  }

  async #compareOnce(lookups: readonly RouteLookup[], seed: number): Promise<Outcome> {
    const scene = await this.#scene();
    const questions = lookups.map((lookup) => lookupWords(lookup, scene));
    const answers: Answer[] = [];
    const [theirs, ours, found] = await Promise.all([
      this.#read(objects, questions, answers),
      this.#ours(),
      Promise.all(lookups.map((lookup) => lookUp(this.#ns, lookup))),
    ]);
    const comparisons = objects.flatMap(({ name, rows }, i) => {
      const listed = theirs.get(name) ?? [];
      const { all = [], at = 0, one } = ours[i] ?? {};
      const lists = compareLists(name, rows, all, listed, scene);
      const single =
        one === undefined ? [] : [compareLists(`${name}.get`, rows, [one], listed.slice(at, at + 1), scene)];
      return [lists, ...single];
    });
    const looked = questions.map((words, i) => compareLookup(words, found[i] ?? [], answers[i] ?? [], scene));
    const filtered = await compareFiltered(this.#ns, seed);
    const kinds = (theirs.get('link') ?? []).map((link) => (link.linkinfo as Plain | undefined)?.info_kind);
    return {
      fields: [...comparisons, ...looked].reduce((sum, { fields }) => sum + fields, 0),
      differences: [...comparisons, ...looked, filtered].flatMap(({ differences }) => differences),
      lookups: looked.length,
      unreachable: found.filter((answer) => typeof answer === 'string').length,
      filtered: filtered.lists,
      kinds: kinds.filter((kind) => kind !== undefined).map(String),
    };
  }

  /** The list of each object, and where one of them can be read by itself, another one every time. */
  #ours() {
    return Promise.all(
      objects.map(async ({ list, get }) => {
        const all = (await list(this.#ns)) as readonly Plain[];
        const at = this.#looked % Math.max(1, all.length);
        const listed = all[at];
        return { all, at, one: listed === undefined ? undefined : await get?.(this.#ns, listed) };
      }),
    );
  }

  /** One process for all objects that need the same program and options; further questions go to the first. */
  async #read(
    wanted: readonly Compared[],
    questions: readonly string[] = [],
    answers: Answer[] = [],
  ): Promise<ReadonlyMap<string, readonly Plain[]>> {
    const asking = [...new Set(wanted.map(processOf))].map(async (process, first) => {
      const some = wanted.filter((object) => processOf(object) === process);
      const [program, ...options] = process.split(' ');
      const commands = [...some.map(({ command }) => command), ...(first === 0 ? questions : [])];
      const details = some.some(({ plain }) => plain) ? [] : undefined;
      const found = await readIp(this.#host, program as Compared['program'], options, commands, details);
      answers.push(...found.slice(some.length));
      return some.map(({ name, entries = (answer) => answer }, i) => {
        const answer = found[i] ?? [];
        if (typeof answer === 'string') throw new Error(`${commands[i]}: ${answer}`);
        return [name, entries(answer)] as const;
      });
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
