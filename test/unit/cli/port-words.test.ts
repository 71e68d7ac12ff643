import { describe, expect, it } from 'vitest';
import { portWords, readPort, readReference } from '../../../src/cli/port-words.js';
import { checkPort } from '../../../src/nat/ports.js';

describe('a port on the command line', () => {
  it.each([
    ['8080:80', { hostPort: 8080, containerPort: 80, range: 1 }],
    ['8080:80/udp', { hostPort: 8080, containerPort: 80, range: 1, protocol: 'udp' }],
    ['127.0.0.1:8080:80', { hostPort: 8080, containerPort: 80, range: 1, hostAddress: '127.0.0.1' }],
    ['[2001:db8::1]:8080:80', { hostPort: 8080, containerPort: 80, range: 1, hostAddress: '2001:db8::1' }],
    ['8000-8009:80-89', { hostPort: 8000, containerPort: 80, range: 10 }],
    ['0:80', { hostPort: 0, containerPort: 80, range: 1 }],
  ])('%s is read', (text, expected) => {
    expect(readPort(text)).toEqual(expected);
  });

  it('is shown as it is read', () => {
    for (const text of ['8080:80/tcp', '127.0.0.1:8000-8009:80-89/udp', '[2001:db8::1]:8080:80/tcp'])
      expect(portWords(checkPort(readPort(text)) as Parameters<typeof portWords>[0])).toBe(text);
  });

  it.each([
    ['80', /HOST:CONTAINER is needed/],
    ['8000-8009:80-85', /10 ports of the host, 6 of the container/],
    ['8009-8000:89-80', /the range goes down/],
    ['eth0', /not a port/],
    ['2001:db8::1:8080:80', /not a port/],
    ['8080:80/TCP', /not a port/],
    ['', /not a port/],
  ])('%j is refused', (text, message) => {
    expect(() => readPort(text)).toThrow(message);
  });

  it('that is published is meant by its host port', () => {
    expect(readReference('8080')).toEqual({ hostPort: 8080 });
    expect(readReference('127.0.0.1:8080:80/udp')).toEqual({
      hostPort: 8080,
      hostAddress: '127.0.0.1',
      protocol: 'udp',
    });
  });
});
