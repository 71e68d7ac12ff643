// Where the process may not do what it is asked: no capability, /proc/sys read-only, a mount namespace that keeps names to itself.
// Each in a child process; nothing may be left, and the error must say what is missing.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { attempt } from '../support/command.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName } from './surroundings.js';

const stage = networkStage();

/** Runs the built package in a child: `text` is the body of a module that has everything of netplumb; prints what it rejects with. */
function outcomeOf(
  launcher: readonly string[],
  text: string,
): { code?: string; message: string; operation?: string } {
  const program = `import * as netplumb from 'netplumb';
    const { Namespace, Network, Plan } = netplumb;
    try { const value = await (async () => { ${text} })(); console.log(JSON.stringify({ message: 'done', value })); }
    catch (error) { console.log(JSON.stringify({ ...error, name: error.name, message: error.message })); }`;
  const [command = '', ...args] = [
    ...launcher,
    process.execPath,
    '--expose-gc',
    '--input-type=module',
    '--eval',
    program,
  ];
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout, stderr, status } = attempt('env', ['-C', root, command, ...args]);
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return JSON.parse(stdout) as { message: string };
}

const inHost = () => ['nsenter', `--net=${stage.host.path}`];
const without = (...capabilities: string[]) => [
  'setpriv',
  ...['--inh-caps', '--bounding-set'].flatMap((set) => [
    set,
    capabilities.map((name) => `-${name}`).join(','),
  ]),
];
const ensure = `await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/24'] })`;

describe('without CAP_NET_ADMIN', () => {
  it.each([
    [
      'a link',
      `const ns = await Namespace.current(); await ns.links.add({ kind: 'bridge', name: 'br0' })`,
      'link.add',
    ],
    [
      'a sysctl',
      `const ns = await Namespace.current(); await ns.sysctl.set('net.ipv4.ip_forward', 1)`,
      'sysctl.set',
    ],
    ['a network', `${ensure}`, 'link.add'],
  ])('%s is refused with EPERM, and nothing is left', (_what, text, operation) => {
    const before = everything(stage.host);
    const outcome = outcomeOf([...inHost(), ...without('net_admin')], text);
    expect(outcome).toMatchObject({ code: expect.stringMatching(/^(EPERM|EACCES)$/), operation });
    expect(everything(stage.host)).toEqual(before);
  });

  it('links are still listed', () => {
    const outcome = outcomeOf(
      [...inHost(), ...without('net_admin')],
      `return (await (await Namespace.current()).links.list()).length`,
    );
    expect(outcome).toMatchObject({ message: 'done', value: 1 });
  });
});

describe('without CAP_SYS_ADMIN', () => {
  it('a namespace is refused with EPERM and the capability’s name', () => {
    const name = namespaceName('none');
    for (const text of [
      `await Namespace.create('${name}')`,
      'await Namespace.create()',
      `await Namespace.open('${stage.host.name}')`,
    ])
      expect(outcomeOf(without('sys_admin'), text)).toMatchObject({
        code: 'EPERM',
        message: expect.stringContaining('CAP_SYS_ADMIN'),
      });
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });
});

const readOnly = () => [
  ...inHost(),
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys && exec "$@"',
  'sh',
];

describe('with /proc/sys read-only', () => {
  it('a sysctl is refused with EROFS and what that means', () => {
    const outcome = outcomeOf(
      readOnly(),
      `const ns = await Namespace.current(); await ns.sysctl.set('net.ipv4.ip_forward', 1)`,
    );
    expect(outcome).toMatchObject({
      code: 'EROFS',
      operation: 'sysctl.set',
      message: expect.stringContaining('read-only'),
    });
  });

  it('a network with NAT is refused, and nothing is left', () => {
    const before = everything(stage.host);
    const outcome = outcomeOf(readOnly(), ensure);
    expect(outcome).toMatchObject({
      code: 'EROFS',
      message: expect.stringContaining('/proc/sys is mounted read-only'),
    });
    expect(everything(stage.host)).toEqual(before);
  });

  it('a network without NAT, or where forwarding is on, is made', () => {
    expect(outcomeOf(readOnly(), ensure.replace(' })', ', nat: false })'))).toMatchObject({
      message: 'done',
    });
    stage.host.run('ip', 'link', 'del', 'br0');
    stage.host.setSysctl('net.ipv4.ip_forward', 1);
    expect(outcomeOf(readOnly(), `const net = ${ensure}; await net.remove()`)).toMatchObject({
      message: 'done',
    });
  });
});

describe('with /proc/sys read-only, containers', () => {
  const attach = (subnet: string, more: string) => `
    const net = await Network.ensure({ name: 'br0', subnets: ['${subnet}'], nat: false });
    ${more}
    await net.remove()`;

  it('of a network of IPv4 are attached all the same', () => {
    const name = namespaceName('readonly');
    const some = `
      await net.attach('${name}');
      const pool = await net.createPool({ size: 1 });
      (await pool.attach('one')).namespace.close();
      pool.attachSync('other').namespace.close();
      if ((await net.list()).length !== 3) throw new Error('not attached');`;
    expect(outcomeOf(readOnly(), attach('172.16.0.0/24', some))).toMatchObject({ message: 'done' });
  });

  it('of a network of IPv6 are refused, for they would hear any router', () => {
    stage.host.setSysctl('net.ipv6.conf.default.accept_ra', 0);
    expect(outcomeOf(readOnly(), attach('fd00:1::/64', `await net.attach('one')`))).toMatchObject({
      code: 'EROFS',
    });
  });
});

describe('with an iptables-restore that fails', () => {
  const failing = () => [
    ...inHost(),
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount --bind /bin/false "$(readlink -f /usr/sbin/iptables-restore)" && exec "$@"',
    'sh',
  ];

  it('a network with NAT is refused, and nothing is left', () => {
    const before = everything(stage.host);
    expect(outcomeOf(failing(), ensure)).toMatchObject({ name: 'NatError' });
    expect(everything(stage.host)).toEqual(before);
  });

  it('a network without NAT is made and removed', () => {
    const text = `const net = ${ensure.replace(' })', ', nat: false })')}; await net.remove()`;
    expect(outcomeOf(failing(), text)).toMatchObject({ message: 'done' });
  });
});

describe('inside ip netns exec', () => {
  const inside = () => ['ip', 'netns', 'exec', stage.host.name];

  it('naming a namespace is refused, with what to do instead', () => {
    const name = namespaceName('hidden');
    for (const text of [`await Namespace.create('${name}')`, `Namespace.createSync('${name}')`])
      expect(outcomeOf(inside(), text)).toMatchObject({
        code: 'EINVAL',
        message: expect.stringMatching(/ip netns exec.*nsenter --net=/),
      });
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it('what needs no name works', () => {
    const outcome = outcomeOf(
      inside(),
      `const ns = await Namespace.create(); const { length } = await ns.links.list(); ns.close(); return length`,
    );
    expect(outcome).toMatchObject({ message: 'done', value: 1 });
  });
});

describe('an anonymous namespace whose handle is dropped', () => {
  it('warns, and one that was closed does not', () => {
    const drop = (
      close: string,
    ) => `const warnings = []; process.on('warning', (warning) => warnings.push(warning.name));
      await (async () => { const ns = await Namespace.create(); ${close} })();
      for (let i = 0; i < 10; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
      return warnings`;
    expect(outcomeOf([], drop(''))).toMatchObject({ value: ['NetplumbWarning'] });
    expect(outcomeOf([], drop('ns.close()'))).toMatchObject({ value: [] });
    expect(outcomeOf([], drop('ns[Symbol.dispose]()'))).toMatchObject({ value: [] });
  });
});
