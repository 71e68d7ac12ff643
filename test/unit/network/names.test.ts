import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInterfaceName, isInterfaceName } from '../../../src/interface-name.js';
import {
  checkContainerName,
  checkNetworkName,
  isContainerName,
  isNetworkName,
} from '../../../src/network/formats/names.js';

/** Names no link of ours may have, with the reason the message must give. */
const bad: readonly (readonly [string, RegExp])[] = [
  ['', /is empty/],
  ['.', /directory/],
  ['..', /directory/],
  ['../x', /contains "\/"/],
  ['/tmp/x', /contains "\/"/],
  ['a/b', /contains "\/"/],
  ['a b', /contains a space/],
  [' a', /contains a space/],
  ['a\u00a0b', /contains a space/],
  ['a\tb', /control character/],
  ['a\nb', /control character/],
  ['a\n', /control character/],
  ['\x01', /control character/],
  ['a\0', /control character/],
  ['a\x7f', /control character/],
  ['br%d', /contains "%"/],
  ['x%', /contains "%"/],
  ['x+', /ends in "\+"/],
  ['+', /ends in "\+"/],
  ['a+b', /contains "\+"/],
  ['-j', /begins with "-"/],
  ['--', /begins with "-"/],
  ['*', /contains "\*"/],
  ['br*', /contains "\*"/],
  ['#c', /contains "#"/],
  ['a"b', /contains "\\""/],
  ["a'b", /contains "'"/],
  ['!y', /contains "!"/],
  ['a:b', /contains ":"/],
  ['a,b', /contains ","/],
  ['a=b', /contains "="/],
  ['a@b', /contains "@"/],
  ['a\\b', /contains/],
  ['.hidden', /must begin/],
  ['bär', /contains "ä"/],
  ['\u{1f600}', /contains/],
  ['\ud800', /contains/],
  ['\u202ebr0', /contains/],
];

const links: readonly string[] = ['all', 'default', 'lo'];

const checks = [
  ['checkNetworkName', checkNetworkName, isNetworkName, 'name', 15, [...links, 'USER']],
  ['checkInterfaceName', checkInterfaceName, isInterfaceName, 'interfaceName', 15, links],
  ['checkContainerName', checkContainerName, isContainerName, 'container', 100, []],
] as const;

describe.each(checks)('%s', (_, check, is, option, maxBytes, reserved: readonly string[]) => {
  it.each(bad)('refuses %j and says why', (name, why) => {
    expect(() => check(name)).toThrow(RangeError);
    expect(() => check(name)).toThrow(why);
    expect(() => check(name)).toThrow(new RegExp(`^${option}: `));
    expect(is(name)).toBe(false);
  });

  it.each([undefined, null, 7, 7n, true, {}, ['br0'], Symbol('x'), () => 'br0', new String('br0')])(
    'refuses what is no string: %s',
    (value) => {
      expect(() => check(value, 'here')).toThrow(TypeError);
      expect(() => check(value, 'here')).toThrow(/^here: must be a string/);
    },
  );

  it('takes names up to the limit and refuses one byte more', () => {
    expect(check('a'.repeat(maxBytes))).toBe('a'.repeat(maxBytes));
    expect(() => check('a'.repeat(maxBytes + 1))).toThrow(
      new RegExp(`too long: ${maxBytes + 1} bytes, at most ${maxBytes}`),
    );
  });

  it('counts bytes, not characters, and keeps the message short', () => {
    expect(() => check('ä'.repeat(51))).toThrow(/too long: 102 bytes/);
    expect(() => check('x'.repeat(100_000))).toThrow(/^.{1,200}$/);
  });

  it.each(['br0', 'a', '0', '_x', 'eth0.100', 'a-b', 'x-', 'A_1.b-c', 'COMMIT'])('takes %s', (name) => {
    expect(check(name)).toBe(name);
    expect(is(name)).toBe(true);
  });

  it('takes exactly the documented pattern', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 20 }),
          fc.string({ unit: 'binary', maxLength: 20 }),
          fc.constantFrom(...links, 'USER'),
        ),
        (name) => {
          const fits =
            /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) && name.length <= maxBytes && !reserved.includes(name);
          expect(is(name)).toBe(fits && !name.includes('\n'));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('reserved names', () => {
  it.each(links)('refuses %s for links, takes it for a container', (name) => {
    expect(() => checkNetworkName(name)).toThrow(/reserved/);
    expect(() => checkInterfaceName(name)).toThrow(/reserved/);
    expect(checkContainerName(name)).toBe(name);
  });

  it('keeps the chain NETPLUMB-USER free of networks', () => {
    expect(() => checkNetworkName('USER')).toThrow(/^name: "USER" is reserved/);
    expect(isNetworkName('USER')).toBe(false);
    expect(checkInterfaceName('USER')).toBe('USER');
  });
});
