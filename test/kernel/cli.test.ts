// The command, run as a user runs it, on a host namespace of its own; what it did is read back through ip and iptables-save.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND, netplumb, run, Stage, startNetplumb } from '../support/cli-stage.js';
import { uniqueName } from '../support/unique-name.js';

const SUBNET = ['--subnet', '172.16.0.0/24'];

describe('netplumb on a host with an uplink', () => {
  let stage: Stage;
  let c1: string;
  let c2: string;

  beforeEach(() => {
    stage = new Stage();
    c1 = stage.container('container1');
    c2 = stage.container('container2');
  });

  afterEach(() => stage.clear());

  async function up(...args: string[]): Promise<void> {
    const { exitCode, stderr } = await stage.netplumb('up', 'br0', ...SUBNET, ...args);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  }

  it('up lets containers reach the internet through NAT, each other, and the host', async () => {
    await up(c1, c2);
    for (const address of ['1.1.1.1', '172.16.0.3', '172.16.0.1']) {
      const { exitCode, stdout } = await netplumb('ping', c1, address);
      expect(stdout).toContain(`${address} answered`);
      expect(exitCode).toBe(0);
    }
    expect(stage.forwarding).toBe('1');
  });

  it('up satisfies the ping of others', async () => {
    await up(c1);
    const { exitCode, stdout } = await run('ip', 'netns', 'exec', c1, 'ping', '-c1', '-W2', '1.1.1.1');
    expect(stdout).toContain('1 received');
    expect(exitCode).toBe(0);
  });

  it('acts in the namespace it is started in', async () => {
    const words = [`--net=${stage.host.path}`, process.execPath, COMMAND];
    expect(await run('nsenter', ...words, 'up', 'br0', ...SUBNET, c1)).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    expect(stage.host.run('ip', '-br', 'link', 'show', 'br0')).toMatch(/^br0\s+UP/);
    expect(await netplumb('ping', c1, '1.1.1.1')).toMatchObject({ exitCode: 0 });
  });

  it('takes a path for --host, and takes it before the command too', async () => {
    expect(await netplumb('--host', stage.host.path, 'up', 'br0', ...SUBNET)).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    expect(stage.host.run('ip', '-br', 'link', 'show', 'br0')).toMatch(/^br0\b/);
  });

  it('up changes nothing the second time', async () => {
    await up(c1, c2);
    const before = stage.snapshot();
    const { exitCode, stdout } = await stage.netplumb('up', 'br0', ...SUBNET, c1, c2);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^network br0 unchanged/);
    expect(stdout).toContain(`${c1} unchanged: 172.16.0.2`);
    expect(stage.snapshot()).toEqual(before);
  });

  it('up attaches what is missing to a network that stands', async () => {
    await up(c1);
    const { stdout } = await stage.netplumb('up', 'br0', ...SUBNET, c1, c2, '--json');
    const network = JSON.parse(stdout);
    expect(network).toMatchObject({ name: 'br0', created: false, nat: 'iptables' });
    expect(network.containers).toMatchObject([
      { name: c1, addresses: ['172.16.0.2/24'], attached: false },
      { name: c2, addresses: ['172.16.0.3/24'], attached: true },
    ]);
  });

  it('up refuses a network that differs, lists how, and changes nothing', async () => {
    await up(c1);
    const before = stage.snapshot();
    const { exitCode, stderr } = await stage.netplumb(
      'up',
      'br0',
      '--subnet',
      '172.16.0.0/16',
      '--nat',
      'none',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^netplumb: [^\n]+\n$/);
    expect(stderr).toContain('172.16.0.0/16');
    expect(stderr).toMatch(/nat/);
    expect(stage.snapshot()).toEqual(before);
  });

  it('down leaves links, routes, namespaces, sysctls and rules as they were before up', async () => {
    const before = stage.snapshot();
    await up(c1, c2);
    expect(stage.rules.length).toBeGreaterThan(0);
    const { exitCode, stderr, stdout } = await stage.netplumb('down', 'br0');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('network br0 removed');
    expect(stdout).toContain('forwarding put back');
    expect(stage.snapshot()).toEqual(before);
  });

  it('down keeps forwarding for a rule that is not ours, and says so', async () => {
    await up(c1);
    stage.host.run('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-s', '10.9.0.0/16', '-j', 'MASQUERADE');
    const { stdout } = await stage.netplumb('down', 'br0');
    expect(stdout).toMatch(/forwarding stays on.*: ./);
    expect(stage.forwarding).toBe('1');
    expect(stage.rules).toEqual(['-A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE']);
  });

  it('attach and detach plug one container in and out', async () => {
    await up();
    const attached = await stage.netplumb(
      'attach',
      'br0',
      c1,
      '--address',
      '172.16.0.77',
      '--interface',
      'net0',
      '--json',
    );
    expect(JSON.parse(attached.stdout)).toMatchObject({
      network: 'br0',
      name: c1,
      addresses: ['172.16.0.77/24'],
      interface: 'net0',
    });
    expect((await run('ip', '-n', c1, '-br', 'addr', 'show', 'net0')).stdout).toContain('172.16.0.77/24');
    expect(await stage.netplumb('attach', 'br0', c1)).toMatchObject({ exitCode: 1 });
    expect(await stage.netplumb('detach', 'br0', c1)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse((await stage.netplumb('ls', '--json')).stdout)).toMatchObject([{ containers: [] }]);
    expect(await stage.netplumb('detach', 'br0', c1)).toMatchObject({ exitCode: 1 });
  });

  it('ls prints exactly the documented JSON', async () => {
    await up(c1);
    const { stdout } = await stage.netplumb('ls', '--json');
    const [link] = JSON.parse(stage.host.run('ip', '-j', 'link', 'show', 'master', 'br0')) as {
      ifname: string;
    }[];
    const mac = (await run('ip', 'netns', 'exec', c1, 'cat', '/sys/class/net/eth0/address')).stdout.trim();
    expect(JSON.parse(stdout)).toStrictEqual([
      {
        name: 'br0',
        subnets: ['172.16.0.0/24'],
        gateways: ['172.16.0.1'],
        nat: 'iptables',
        options: {},
        containers: [
          {
            name: c1,
            addresses: ['172.16.0.2/24'],
            mac,
            interface: 'eth0',
            hostLink: link?.ifname,
            published: [],
          },
        ],
        pooled: [],
      },
    ]);
    expect((await stage.netplumb('ls')).stdout).toBe(
      `br0\t172.16.0.0/24\t172.16.0.1\tiptables\t${c1}\t172.16.0.2/24\t${mac}\t${link?.ifname}\t-\n`,
    );
  });

  it('ls prints an empty array where there is no network, and fails for one that is not there', async () => {
    expect(await stage.netplumb('ls', '--json')).toEqual({ exitCode: 0, stdout: '[]\n', stderr: '' });
    const { exitCode, stderr } = await stage.netplumb('ls', 'br7');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^netplumb: .*br7.*\n$/);
  });

  it('dry runs print shell lines and do nothing', async () => {
    const before = stage.snapshot();
    const { exitCode, stdout } = await stage.netplumb('up', 'br0', ...SUBNET, c1, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ip link add .*br0.* type bridge/m);
    expect(stdout).toMatch(/^iptables .*MASQUERADE/m);
    expect(stdout).toContain(c1);
    expect(stage.snapshot()).toEqual(before);
    await up(c1);
    const standing = stage.snapshot();
    for (const words of [
      ['attach', 'br0', c2],
      ['detach', 'br0', c1],
      ['down', 'br0'],
    ] as const) {
      const dry = await stage.netplumb(words[0], ...words.slice(1), '--dry-run', '--json');
      expect(JSON.parse(dry.stdout)).toContainEqual(expect.stringMatching(/^ip /));
    }
    expect(stage.snapshot()).toEqual(standing);
  });

  it.each([
    ['attach', ['br0']],
    ['up', ['br0', ...SUBNET]],
  ])('%s previewed joins a namespace that is there instead of making it', async (verb, words) => {
    await up();
    await run('ip', 'netns', 'add', c1);
    const { exitCode, stdout } = await stage.netplumb(verb, ...words, c1, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(' netns=brought');
    expect(stdout).not.toContain('ip netns add');
    const shown = await stage.netplumb(verb, ...words, c1, '--explain');
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(' netns=brought') });
    expect(shown.stdout).not.toContain('ip netns add');
  });

  it('attach previewed fails where attach would', async () => {
    await up(c1);
    expect(await stage.netplumb('attach', 'br0', c1, '--dry-run')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`container ${c1} is attached to network br0 already`),
    });
  });

  it('leaves no process behind', async () => {
    await up(c1);
    const inside = stage.host.run(
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do [ "$(readlink $p/ns/net 2>/dev/null)" = "$(readlink /proc/self/ns/net)" ] && cat $p/comm; done; true',
    );
    expect(inside).not.toContain('restore');
    expect(inside).not.toContain('node');
  });

  it.each([
    ['no subnet', (c: string) => ['up', 'br0', c]],
    ['a subnet that is none', (c: string) => ['up', 'br0', '--subnet', '172.16.0.0/33', c]],
    ['a subnet with host bits', (c: string) => ['up', 'br0', '--subnet', '172.16.0.5/24', c]],
    ['subnets that overlap', (c: string) => ['up', 'br0', ...SUBNET, '--subnet', '172.16.0.0/16', c]],
    ['a gateway outside the subnet', (c: string) => ['up', 'br0', ...SUBNET, '--gateway', '10.0.0.1', c]],
    ['a network name too long', (c: string) => ['up', 'sixteen-byte-net', ...SUBNET, c]],
    ['a network name iptables would take for a wildcard', (c: string) => ['up', 'br+', ...SUBNET, c]],
    ['a network name that climbs', (c: string) => ['up', '..', ...SUBNET, c]],
    ['a container name that climbs, after a good one', (c: string) => ['up', 'br0', ...SUBNET, c, '../x']],
    ['an unknown option', (c: string) => ['up', 'br0', ...SUBNET, '--quick', c]],
    ['an unknown NAT backend', (c: string) => ['up', 'br0', ...SUBNET, '--nat', 'pf', c]],
  ])('%s: exit code 2, one line, nothing changed', async (_, words) => {
    const before = stage.snapshot();
    const [command = '', ...args] = words(c1);
    const { exitCode, stdout, stderr } = await stage.netplumb(command, ...args);
    expect(stderr).toMatch(/^netplumb: [^\n]+\n$/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stage.snapshot()).toEqual(before);
  });

  it.each([
    ['a host that is not there', ['ls', '--host', 'np-no-such-host']],
    ['a network that is not there', ['down', 'br9']],
  ])('%s: exit code 1 and one line', async (_, words) => {
    const host = words.includes('--host') ? [] : ['--host', stage.host.name];
    const { exitCode, stderr } = await netplumb(words[0] ?? '', ...host, ...words.slice(1));
    expect(stderr).toMatch(/^netplumb: [^\n]+\n$/);
    expect(exitCode).toBe(1);
  });

  it('leaves a bridge that is not ours as it is', async () => {
    stage.host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const before = stage.snapshot();
    for (const words of [
      ['up', 'br0', ...SUBNET, c1],
      ['down', 'br0'],
    ]) {
      const { exitCode, stderr } = await stage.netplumb(words[0] ?? '', ...words.slice(1));
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^netplumb: [^\n]+\n$/);
    }
    expect(stage.snapshot()).toEqual(before);
  });

  it('ping fails where nobody answers', async () => {
    await up(c1);
    const { exitCode, stdout } = await netplumb('ping', c1, '172.16.0.200', '--timeout', '200', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ sent: 1, received: 0 });
  });

  describe('exec', () => {
    beforeEach(() => up(c1));

    it("runs in the container's namespace and passes on output and exit code", async () => {
      const { exitCode, stdout } = await netplumb(
        'exec',
        c1,
        '--',
        'sh',
        '-c',
        'ip -o -4 addr show eth0; exit 7',
      );
      expect(stdout).toContain('172.16.0.2/24');
      expect(exitCode).toBe(7);
    });

    it('takes options of the command for what they are', async () => {
      const { exitCode, stdout } = await netplumb('exec', c1, 'ip', '-br', 'link', 'show', 'eth0');
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^eth0/) });
    });

    it('ends with 127 for a command that is not there', async () => {
      const { exitCode, stderr } = await netplumb('exec', c1, '--', 'np-no-such-command');
      expect(exitCode).toBe(127);
      expect(stderr).toMatch(/^netplumb: [^\n]+\n$/);
    });

    it('forwards a signal, and ends with 128 and its number', async () => {
      const child = startNetplumb(['exec', c1, '--', 'sh', '-c', 'echo ready; exec sleep 30']);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(128 + 15);
    });
  });

  it('50 attaches and detaches start nothing but one iptables-restore', async () => {
    const { dir, file } = script(stage.host.name);
    try {
      const log = `${dir}/execs`;
      const { exitCode, stderr } = await run(
        'strace',
        '-f',
        '-qq',
        '-e',
        'trace=execve',
        '-o',
        log,
        process.execPath,
        file,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const programs = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('= 0'))
        .map((line) => /execve\("([^"]+)"/.exec(line)?.[1]);
      expect(programs.slice(1)).toEqual([expect.stringMatching(/iptables-restore$/)]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('netplumb doctor', () => {
  it('finds nothing essential missing where these tests run', async () => {
    const { exitCode, stdout } = await netplumb('doctor', '--json');
    const report = JSON.parse(stdout);
    expect(
      report.checks.filter((check: { ok: boolean; essential: boolean }) => check.essential && !check.ok),
    ).toEqual([]);
    expect(report.ok).toBe(true);
    expect(exitCode).toBe(0);
    expect(report.checks.map((check: { name: string }) => check.name)).toEqual(
      expect.arrayContaining(['CAP_NET_ADMIN', 'kind:bridge', 'kind:veth', 'iptables', 'ip_forward']),
    );
  });

  it('names what is missing without the capabilities, and fails', async () => {
    const { exitCode, stdout } = await run(
      'setpriv',
      '--bounding-set=-all',
      '--inh-caps=-all',
      '--',
      process.execPath,
      COMMAND,
      'doctor',
      '--json',
    );
    const missing = JSON.parse(stdout).checks.filter(
      (check: { ok: boolean; essential: boolean }) => check.essential && !check.ok,
    );
    expect(missing.map((check: { name: string }) => check.name)).toEqual(
      expect.arrayContaining(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN', 'namespaces']),
    );
    expect(exitCode).toBe(1);
  });
});

/** A program that attaches and detaches 50 times on a NAT network, in one process. */
function script(host: string): { dir: string; file: string } {
  const dir = mkdtempSync(`${tmpdir()}/netplumb-strace-`);
  const file = `${dir}/attach.mjs`;
  const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  writeFileSync(
    file,
    `import { Namespace, Network } from ${JSON.stringify(library)};
const host = await Namespace.open(${JSON.stringify(host)});
const network = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/24'], nat: 'iptables', host });
const container = ${JSON.stringify(uniqueName('strace'))};
for (let index = 0; index < 50; index++) {
  await network.attach(container + index);
  await network.detach(container + index);
}
await network.remove();
host.close();
`,
  );
  return { dir, file };
}
