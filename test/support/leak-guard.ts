// A vitest setup file: compares what stands before a test file and after it, and fails the file for what it left behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { removeHosts } from './host.js';
import { differences, type Snapshot, takeSnapshot } from './snapshot.js';

/** How long things may take to go by themselves: reaped links, an idle session's process, a closed socket. */
const patienceMs = 4_000;

let before: Snapshot;

beforeAll(async () => {
  await warmUp();
  before = takeSnapshot();
});

// Registered before the test file's own hooks, so it runs after them.
afterAll(async () => {
  removeHosts();
  const deadline = Date.now() + patienceMs;
  let left = differences(before, takeSnapshot());
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = differences(before, takeSnapshot());
  }
  if (left.length > 0) throw new Error(`this file leaks:\n${left.join('\n')}`);
});

/** What a process opens once and keeps: libuv's threads and signal pipe, the addon's event descriptor and its mount of proc. */
async function warmUp(): Promise<void> {
  await stat('/');
  await once(spawn('true', { stdio: 'ignore' }), 'exit');
  const namespace = await Namespace.current();
  await namespace.links.list();
  namespace.close();
  const visited = await Namespace.create();
  await visited.sysctl.get('net.ipv4.ip_forward');
  visited.close();
}
