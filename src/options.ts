// Owns how an options object is read: own properties only, none unknown, each checked and read once.
// Must not know any particular option: the checks come from whoever has the options.

import { shown, wrongType } from './argument.js';

/** Returns the value in its checked form, or throws a TypeError or RangeError that begins with `option`. */
export type Check<T> = (value: unknown, option: string) => T;
export type Checks = Readonly<Record<string, Check<unknown>>>;

type Values<C extends Checks> = { readonly [K in keyof C]: ReturnType<C[K]> };
/** What {@link readOptions} returns: every required option, and those of the others that were given. */
export type ReadOptions<R extends Checks, O extends Checks> = Values<R> & Partial<Values<O>>;

/**
 * Reads an options object into a fresh one. An option that is `undefined` counts as not given. Getters are called once.
 * @param where what the options are for, the beginning of each message: `Network.ensure`
 * @throws {TypeError} unless it is a plain object; for an unknown, missing or inherited option; and what the checks throw
 * @example readOptions('attach', options, {}, { mtu: integer(68, 65535), mac: checkMac })
 */
export function readOptions<R extends Checks, O extends Checks>(
  where: string,
  options: unknown,
  required: R,
  optional: O,
): ReadOptions<R, O> {
  const given = options === undefined ? {} : options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType(`${where}: options`, 'an object', given);
  }
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype !== Object.prototype && prototype !== null)
    refuseInherited(where, prototype, { ...required, ...optional });
  const read: Record<string, unknown> = {};
  for (const key of Reflect.ownKeys(given)) {
    const check = typeof key === 'string' ? (own(optional, key) ?? own(required, key)) : undefined;
    if (check === undefined) throw unknownOption(where, key, { ...required, ...optional });
    const value: unknown = Reflect.get(given, key);
    if (value !== undefined) read[String(key)] = check(value, `${where}: ${String(key)}`);
  }
  for (const key of Object.keys(required)) {
    if (!Object.hasOwn(read, key)) throw new TypeError(`${where}: option ${key} is missing`);
  }
  return read as ReadOptions<R, O>;
}

function own(checks: Checks, key: string): Check<unknown> | undefined {
  return Object.hasOwn(checks, key) ? checks[key] : undefined;
}

function unknownOption(where: string, key: string | symbol, checks: Checks): TypeError {
  const known = Object.keys(checks).sort().join(', ');
  return new TypeError(`${where}: unknown option ${shown(key)}; known are: ${known}`);
}

/** What is inherited would be left out silently, so it is refused; Object.prototype itself is nobody's options. */
function refuseInherited(where: string, from: unknown, checks: Checks): void {
  let prototype = from as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    for (const key of Reflect.ownKeys(prototype)) {
      const isOption = typeof key === 'string' && Object.hasOwn(checks, key);
      if (isOption || Object.prototype.propertyIsEnumerable.call(prototype, key)) {
        throw new TypeError(`${where}: option ${shown(key)} is inherited; options must be own properties`);
      }
    }
    prototype = Object.getPrototypeOf(prototype);
  }
}

export const string: Check<string> = (value, option) => {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  return value;
};

export const boolean: Check<boolean> = (value, option) => {
  if (typeof value !== 'boolean') throw wrongType(option, 'a boolean', value);
  return value;
};

/** A whole number within bounds, both included. */
export function integer(min: number, max: number): Check<number> {
  return (value, option) => {
    if (typeof value !== 'number') throw wrongType(option, 'a number', value);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new RangeError(`${option}: must be a whole number from ${min} to ${max}, got ${value}`);
  };
}

/** One of a few values, compared with ===. */
export function oneOf<const T extends readonly (string | boolean)[]>(...choices: T): Check<T[number]> {
  return (value, option) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const expected = `one of ${choices.map(shown).join(', ')}`;
    if (typeof value === 'string')
      throw new RangeError(`${option}: must be ${expected}, got ${shown(value)}`);
    throw wrongType(option, expected, value);
  };
}

/** An array whose items each pass; returns a copy. A bad item is named by its index. */
export function arrayOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value, option) => {
    if (!Array.isArray(value)) throw wrongType(option, 'an array', value);
    return Array.from(value, (item: unknown, index) => check(item, `${option}[${index}]`));
  };
}

/** An instance of a class, such as AbortSignal. */
export function instanceOf<T>(type: abstract new (...args: never[]) => T): Check<T> {
  return (value, option) => {
    if (value instanceof type) return value;
    throw wrongType(option, `an instance of ${type.name}`, value);
  };
}
