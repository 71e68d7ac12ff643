// Programs and headers that come from Debian packages: finds what is missing and installs just that.
// Knows nothing of npm packages.
import { existsSync } from 'node:fs';
import { output, runCollecting, Stop, which } from './command.mjs';

/**
 * @typedef {'build' | 'demo' | 'test' | 'bench'} Purpose what the machine is being prepared for; see `included`
 * @typedef {{ name: string, needs: { program?: string, file?: string }, why: string }} DebianPackage
 */

/** @type {Record<Purpose, readonly DebianPackage[]>} */
const packages = {
  build: [
    { name: 'g++', needs: { program: 'g++' }, why: 'compiles the addon' },
    { name: 'make', needs: { program: 'make' }, why: 'builds the addon' },
    { name: 'python3', needs: { program: 'python3' }, why: 'runs node-gyp' },
  ],
  demo: [
    { name: 'iptables', needs: { program: 'iptables-restore' }, why: 'NAT' },
    { name: 'iproute2', needs: { program: 'ip' }, why: 'the comparison with shelling out' },
    { name: 'procps', needs: { program: 'sysctl' }, why: 'the comparison with shelling out' },
    { name: 'util-linux', needs: { program: 'nsenter' }, why: 'starts programs inside a namespace' },
  ],
  test: [
    { name: 'iputils-ping', needs: { program: 'ping' }, why: 'checks the data path independently' },
    {
      name: 'conntrack',
      needs: { program: 'conntrack' },
      why: 'reads the connections that the kernel tracks',
    },
    { name: 'strace', needs: { program: 'strace' }, why: 'kills at, and fails, system calls' },
    { name: 'cmake', needs: { program: 'cmake' }, why: 'builds the C++ tests' },
    { name: 'doctest-dev', needs: { file: '/usr/include/doctest/doctest.h' }, why: 'the C++ tests' },
    {
      name: 'clang-format-14',
      needs: { program: 'clang-format-14' },
      why: 'checks the format of the C++ code',
    },
    { name: 'clang-14', needs: { program: 'clang++-14' }, why: 'builds the fuzz targets' },
    {
      name: 'libclang-rt-14-dev',
      needs: { file: '/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux' },
      why: 'libFuzzer and the sanitizers',
    },
    { name: 'chromium', needs: { program: 'chromium' }, why: "opens the bench's page" },
    { name: 'clang-tidy-14', needs: { program: 'clang-tidy-14' }, why: 'lints the C++ code' },
  ],
  // What netplumb is compared with: without one of these the bench carries on and says so.
  bench: [
    { name: 'strace', needs: { program: 'strace' }, why: 'counts processes and system calls' },
    { name: 'linux-perf', needs: { program: 'perf' }, why: 'tells what the CPUs do meanwhile' },
    { name: 'iputils-ping', needs: { program: 'ping' }, why: 'checks the story independently' },
    { name: 'golang-go', needs: { program: 'go' }, why: 'the Go rival' },
    {
      name: 'golang-github-vishvananda-netlink-dev',
      needs: { file: '/usr/share/gocode/src/github.com/vishvananda/netlink/netlink.go' },
      why: 'the Go rival',
    },
    {
      name: 'python3-pyroute2',
      needs: { file: '/usr/lib/python3/dist-packages/pyroute2/__init__.py' },
      why: 'the Python rival',
    },
    {
      name: 'containernetworking-plugins',
      needs: { file: '/usr/lib/cni/bridge' },
      why: 'the CNI plugins, a rival',
    },
    { name: 'netavark', needs: { file: '/usr/lib/podman/netavark' }, why: "podman's rival" },
    { name: 'nftables', needs: { program: 'nft' }, why: 'a rival for NAT' },
    {
      name: 'libnftables-dev',
      needs: { file: '/usr/include/nftables/libnftables.h' },
      why: 'a rival for NAT',
    },
  ],
};

/** @type {Readonly<Record<Purpose, readonly Purpose[]>>} */
const included = {
  build: ['build'],
  demo: ['build', 'demo'],
  test: ['build', 'demo', 'test'],
  bench: ['build', 'demo', 'bench'],
};

/** What a purpose can do without. */
const dispensable = new Set(packages.bench.map(({ name }) => name));

/** @param {DebianPackage} candidate */
function isMissing({ needs }) {
  return needs.program !== undefined ? which(needs.program) === undefined : !existsSync(needs.file ?? '');
}

/** @param {readonly DebianPackage[]} missing */
function named(missing) {
  return missing.map(({ name, why }) => `${name} (${why})`).join(', ');
}

/**
 * Installs the Debian packages that `purpose` needs and this machine lacks; stops naming those it cannot get, or only names
 * them where it can do without.
 * @param {Purpose} purpose
 */
export async function installDebianPackages(purpose) {
  const wanted = included[purpose].flatMap((step) => packages[step]);
  const missing = wanted.filter(isMissing);
  if (missing.length === 0) return;

  const apt = which('apt-get');
  if (apt === undefined) {
    return lacking(purpose, missing, 'there is no apt-get here, so install them by hand');
  }
  console.log(`setup: installing ${missing.map(({ name }) => name).join(' ')}`);
  const names = missing.map(({ name }) => name);
  if (!names.every(isKnownToApt)) await aptGet(apt, ['update']);
  let said = await aptGet(apt, install(names));
  if (missing.some(isMissing)) {
    // The lists may be older than the mirror.
    await aptGet(apt, ['update']);
    said = await aptGet(apt, install(names));
  }
  const still = missing.filter(isMissing);
  if (still.length === 0) return;
  process.stderr.write(said);
  lacking(purpose, still, 'apt-get could not install it');
}

/** @param {Purpose} purpose @param {readonly DebianPackage[]} missing @param {string} why */
function lacking(purpose, missing, why) {
  const text = `missing: ${named(missing)}; ${why}`;
  const indispensable = missing.filter(({ name }) => !(purpose === 'bench' && dispensable.has(name)));
  if (indispensable.length > 0) throw new Stop(text);
  console.log(`setup: ${text}`);
}

/** @param {readonly string[]} names */
function install(names) {
  return ['install', '-y', '--no-install-recommends', ...names];
}

/** @param {string} name */
function isKnownToApt(name) {
  return /Candidate: (?!\(none\))/.test(output('apt-cache', ['policy', name]) ?? '');
}

/**
 * @param {string} apt
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it said
 */
async function aptGet(apt, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const patient = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  return (await runCollecting(apt, [...patient, ...args], { env })).text;
}
