// Owns: how the Go peer is built and started. The work itself is in programs/go.
import { run } from '../processes.mjs';
import { BUILD, makeBuildFolder } from './build.mjs';
import { Unavailable } from './implementation.mjs';
import { LIFE_OF_CONTAINERS, OPERATIONS, programCommands, programPath } from './programs.mjs';

const SOURCES = ['main.go', 'operations.go'].map((file) => programPath(`go/${file}`));
const PROGRAM = `${BUILD}go-netlink`;

/** @type {import('./implementation.mjs').Implementation} */
export const goNetlink = {
  name: 'go-netlink',
  role: 'rival',
  description:
    'Go: vishvananda/netlink, a handle on the host and one in each container, one request per step; default queues, no claims, label or lock',
  bridge: 'plain',
  prepare: build,
  commands: programCommands([PROGRAM], [...LIFE_OF_CONTAINERS, 'concurrent', ...OPERATIONS]),
};

/** With Debian's copy of the library, so that nothing is fetched. @returns {Promise<string>} versions */
async function build() {
  makeBuildFolder();
  const settings = ['GO111MODULE=off', 'GOPATH=/usr/share/gocode', 'GOFLAGS=', `GOCACHE=${BUILD}go-cache`];
  try {
    await run(
      { file: 'env', args: [...settings, 'go', 'build', '-o', PROGRAM, ...SOURCES] },
      { timeoutMs: 240_000 },
    );
    const compiler = await run({ file: 'go', args: ['version'] });
    const query = ['-W', '-f', '$' + '{Version}', 'golang-github-vishvananda-netlink-dev'];
    const library = await run({ file: 'dpkg-query', args: query }).catch(() => 'unknown');
    return `${compiler.trim()}, netlink ${library.trim()}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unavailable(
      `the Go peer needs Go and its netlink library (Debian: golang-go, golang-github-vishvananda-netlink-dev): ${reason}`,
    );
  }
}
