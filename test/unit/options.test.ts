import { afterEach, describe, expect, it } from 'vitest';
import { checkMac } from '../../src/network/formats/mac.js';
import { arrayOf, boolean, instanceOf, integer, oneOf, readOptions, string } from '../../src/options.js';

const read = (options: unknown) =>
  readOptions('attach', options, { name: string }, { mtu: integer(68, 65535), mac: checkMac, up: boolean });

describe('readOptions', () => {
  it('returns the checked values in a fresh object', () => {
    const given = { name: 'a', mtu: 1400, mac: '02:00:00:00:00:AB' };
    const checked = read(given);
    expect(checked).toEqual({ name: 'a', mtu: 1400, mac: '02:00:00:00:00:ab' });
    expect(checked).not.toBe(given);
  });

  it('takes undefined for not given', () => {
    expect(read({ name: 'a', mtu: undefined })).toEqual({ name: 'a' });
    expect(readOptions('detach', undefined, {}, { mtu: string })).toEqual({});
    expect(() => read({ name: undefined })).toThrow(/^attach: option name is missing$/);
    expect(() => read(undefined)).toThrow(TypeError);
  });

  it.each([null, 7, 'name', true, [], ['a'], () => ({ name: 'a' }), Symbol('x')])(
    'refuses what is no object: %s',
    (options) => {
      expect(() => read(options)).toThrow(TypeError);
      expect(() => read(options)).toThrow(/^attach: options: must be an object/);
    },
  );

  it.each([['nam'], ['Name'], ['constructor'], ['__proto__'], ['toString']])(
    'refuses the unknown option %s',
    (key) => {
      const options = JSON.parse(`{"name": "a", "${key}": 1}`) as unknown;
      expect(() => read(options)).toThrow(TypeError);
      expect(() => read(options)).toThrow(`unknown option "${key}"; known are: mac, mtu, name, up`);
    },
  );

  it('refuses unknown options also when they are undefined, symbols or not enumerable', () => {
    expect(() => read({ name: 'a', subnet: undefined })).toThrow(/unknown option "subnet"/);
    expect(() => read({ name: 'a', [Symbol('s')]: 1 })).toThrow(/unknown option Symbol\(s\)/);
    expect(() => read(Object.defineProperty({ name: 'a' }, 'hidden', { value: 1 }))).toThrow(
      /unknown option "hidden"/,
    );
  });

  it.each([
    ['mtu', '1400', TypeError, /^attach: mtu: must be a number, got "1400"$/],
    ['mtu', 67, RangeError, /^attach: mtu: must be a whole number from 68 to 65535, got 67$/],
    ['mtu', 1.5, RangeError, /got 1\.5$/],
    ['mtu', Number.NaN, RangeError, /got NaN$/],
    ['mac', 7, TypeError, /^attach: mac: must be a string/],
    ['mac', 'x', RangeError, /^attach: mac: "x" is not a MAC/],
    ['up', 1, TypeError, /^attach: up: must be a boolean, got 1$/],
    ['name', null, TypeError, /^attach: name: must be a string, got null$/],
  ])('refuses %s: %j', (key, value, type, message) => {
    expect(() => read({ name: 'a', [key]: value })).toThrow(type);
    expect(() => read({ name: 'a', [key]: value })).toThrow(message);
  });

  it('refuses inherited options instead of leaving them out', () => {
    expect(() => read(Object.create({ name: 'a' }))).toThrow(/^attach: option "name" is inherited/);
    expect(() => read(Object.assign(Object.create({ mtu: 1400 }), { name: 'a' }))).toThrow(
      /option "mtu" is inherited/,
    );
    expect(() => read(Object.assign(Object.create({ typo: 1 }), { name: 'a' }))).toThrow(
      /option "typo" is inherited/,
    );
    class Options {
      get name() {
        return 'a';
      }
    }
    expect(() => read(new Options())).toThrow(/option "name" is inherited/);
  });

  it('takes own properties of objects without a prototype or of a class', () => {
    class Options {
      name = 'a';
      describe() {
        return this.name;
      }
    }
    expect(read(Object.assign(Object.create(null), { name: 'a' }))).toEqual({ name: 'a' });
    expect(read(new Options())).toEqual({ name: 'a' });
  });

  it('calls a getter once, and uses what that call gave', () => {
    let calls = 0;
    const options = {
      get name() {
        calls += 1;
        return calls === 1 ? 'a' : 7;
      },
    };
    expect(read(options)).toEqual({ name: 'a' });
    expect(calls).toBe(1);
  });

  describe('when Object.prototype is polluted', () => {
    afterEach(() => {
      Reflect.deleteProperty(Object.prototype, 'mtu');
    });

    it('does not see it', () => {
      Reflect.set(Object.prototype, 'mtu', 1400);
      expect(Object.keys(read({ name: 'a' }))).toEqual(['name']);
      expect(Object.hasOwn(read({ name: 'a' }), 'mtu')).toBe(false);
    });
  });
});

describe('checks', () => {
  it('name the bad item of an array, holes included', () => {
    const check = arrayOf(string);
    expect(check(['a', 'b'], 'subnets')).toEqual(['a', 'b']);
    expect(() => check(['a', 7], 'subnets')).toThrow(/^subnets\[1\]: must be a string, got 7/);
    expect(() => check(new Array(1), 'subnets')).toThrow(/^subnets\[0\]: must be a string, got undefined/);
    expect(() => check('a', 'subnets')).toThrow(/^subnets: must be an array, got "a"/);
    expect(() => check({ length: 0 }, 'subnets')).toThrow(TypeError);
  });

  it('list the choices', () => {
    const check = oneOf('iptables', false);
    expect([check('iptables', 'nat'), check(false, 'nat')]).toEqual(['iptables', false]);
    expect(() => check('nftable', 'nat')).toThrow(/^nat: must be one of "iptables", false, got "nftable"/);
    expect(() => check('nftable', 'nat')).toThrow(RangeError);
    expect(() => check(0, 'nat')).toThrow(TypeError);
  });

  it('know instances', () => {
    const { signal } = new AbortController();
    expect(instanceOf(AbortSignal)(signal, 'signal')).toBe(signal);
    expect(() => instanceOf(AbortSignal)({ aborted: false }, 'signal')).toThrow(
      /^signal: must be an instance of AbortSignal/,
    );
  });
});
