// Owns: what a report says about the machine and the day. It must not know what was measured.
import { statfsSync } from 'node:fs';
import os from 'node:os';
import { run } from './processes.mjs';

// statfs(2); a file under /run/netns costs microseconds on tmpfs and hundreds of them on ext4.
const FILE_SYSTEMS = new Map([
  [0x01021994, 'tmpfs'],
  [0xef53, 'ext4'],
  [0x794c7630, 'overlayfs'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
]);

/**
 * @typedef {object} Machine
 * @property {string} kernel
 * @property {number} cpus
 * @property {string} cpu
 * @property {number} memory_mib
 * @property {string} node
 * @property {string} iproute2
 * @property {string} run_file_system what /run lies on
 * @property {number} load_average over the minute before the run
 * @property {string} date ISO 8601
 */

/** @returns {Promise<Machine>} */
export async function describeMachine() {
  const type = statfsSync('/run').type;
  return {
    kernel: os.release(),
    cpus: os.cpus().length,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    memory_mib: Math.round(os.totalmem() / 2 ** 20),
    node: process.version,
    iproute2: (await run({ file: 'ip', args: ['-V'] })).trim(),
    run_file_system: FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`,
    load_average: os.loadavg()[0] ?? 0,
    date: new Date().toISOString(),
  };
}
