// Every option of every verb against values that no option can have: refused before anything is sent, by the option's name. The
// options are those of the golden fixtures' calls, so a verb or an option that gets a capture is tried without a line.

import { compileFunction } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import type { Operation } from '../../src/rtnl/operation.js';
import { Slots } from '../../src/rtnl/references.js';
import { allGolden } from '../support/golden.js';
import { sceneOf } from '../support/golden-call.js';

type Options = Readonly<Record<string, unknown>>;
interface Call {
  readonly object: string;
  readonly verb: string;
  readonly args: readonly unknown[];
}

const nothing = { perform: async () => undefined as never, performSync: () => undefined as never };
const isOptions = (value: unknown): value is Options =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** What a fixture's call is called with. */
function callOf(text: string): Call {
  let call: Call | undefined;
  const noting = (object: string) =>
    new Proxy(
      {},
      {
        get:
          (_, verb) =>
          (...args: readonly unknown[]) => {
            call = { object, verb: String(verb), args };
          },
      },
    );
  const scene: Options = sceneOf(nothing);
  const values = Object.entries(scene).map(([name, value]) =>
    isOptions(value) && name !== 'other' ? noting(name) : value,
  );
  compileFunction(text, Object.keys(scene))(...values);
  if (call === undefined) throw new Error(`${text} is no call`);
  return call;
}

/** Each verb with every option that some fixture gives it, by path. */
const calls = new Map<string, Map<string, Call>>();
for (const { call } of allGolden()) {
  if (call === undefined) continue;
  const found = callOf(call);
  const verb = `${found.object}.${found.verb}`;
  const options = calls.get(verb) ?? new Map<string, Call>();
  calls.set(verb, options);
  for (const path of found.args.flatMap((arg, i) => pathsOf(arg, String(i))))
    if (!options.has(path)) options.set(path, found);
}

function pathsOf(value: unknown, path: string): readonly string[] {
  if (!isOptions(value) || 'handle' in value) return [];
  return Object.entries(value).flatMap(([name, part]) => [
    `${path}.${name}`,
    ...pathsOf(part, `${path}.${name}`),
  ]);
}

function replaced(value: unknown, [name = '', ...rest]: readonly string[], by: unknown): unknown {
  if (Array.isArray(value))
    return value.map((one, i) => (String(i) === name ? replaced(one, rest, by) : one));
  const part = rest.length === 0 ? by : replaced((value as Options)[name], rest, by);
  return { ...(value as Options), [name]: part };
}

/** Sends to nobody: what would be sent is made, and thrown away. */
function attempt({ object, verb }: Call, args: readonly unknown[]): unknown {
  let made: Operation<unknown> | undefined;
  const performSync = (operation: Operation<unknown>) => {
    made = operation;
    return undefined as never;
  };
  const scene: Options = sceneOf({ perform: async () => undefined as never, performSync });
  try {
    (scene[object] as Record<string, (...given: readonly unknown[]) => void>)[`${verb}Sync`]?.(...args);
    const step = made?.step(0, new Slots());
    if (step?.do === 'request') binding.encode(step.object, step.verb, step.value);
  } catch (error) {
    return error;
  }
  return undefined;
}

/** What the tables call it, where that is another name. */
const inTables: Readonly<Record<string, string>> = { portKind: 'slaveKind', portData: 'slaveData' };
const wrong = [null, Symbol('x'), () => 1, Number.NaN, 'a\0b', { nosuch: 1 }, [Symbol('y')]];

describe.each([...calls])('%s', (_, options) => {
  it.each([...options])('refuses what %s cannot be, by its name', (path, call) => {
    const steps = path.split('.');
    const name = steps.at(-1) ?? '';
    for (const value of wrong) {
      const error = attempt(call, replaced(call.args, steps, value) as readonly unknown[]);
      const what = `${path} = ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
      expect(error instanceof TypeError || error instanceof RangeError, `${what}: ${error}`).toBe(true);
      const names = [name, inTables[name] ?? name];
      const { message } = error as Error;
      expect(
        names.some((one) => message.includes(one)),
        `${what}: ${message}`,
      ).toBe(true);
    }
  });

  it('refuses options that are not its own', () => {
    for (const call of options.values()) {
      call.args.forEach((arg, i) => {
        if (!isOptions(arg) || 'handle' in arg) return;
        const error = attempt(call, replaced(call.args, [String(i), 'nosuch'], 1) as readonly unknown[]);
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toContain('nosuch');
      });
    }
  });
});
