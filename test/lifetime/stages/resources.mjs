// What this process holds, and that it does not grow: descriptors, threads, network namespaces, memory.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** @type {() => void} */
export const collectGarbage = runInNewContext('gc');

/** The threads an executor keeps for the next job. */
const keptThreads = 4;

/** What the descriptors of this process stand for, without numbers that differ each time. */
function descriptors() {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, 'N')];
    } catch {
      return []; // the one that read the directory
    }
  });
}

/** Threads of this process by that name; the addon's are called `netplumb`. @param {string} [name] */
export function threads(name) {
  return readdirSync('/proc/self/task').filter((task) => {
    try {
      return name === undefined || readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim() === name;
    } catch {
      return false; // ended in the meantime
    }
  }).length;
}

/** Descriptors of network namespaces and netlink sockets among this process' descriptors. */
export function netplumbDescriptors() {
  const netlink = new Set(
    readFileSync('/proc/self/net/netlink', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[9]),
  );
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith('net:[') || netlink.has(/^socket:\[(\d+)\]$/.exec(target)?.[1]);
    } catch {
      return false;
    }
  }).length;
}

/** What is held now. */
export function holdings() {
  return { descriptors: descriptors().sort(), threads: threads(), executors: threads('netplumb') };
}

/**
 * Fails unless no more is held than before, within two seconds of waiting for what goes by itself.
 * @param {ReturnType<typeof holdings>} before
 */
export async function expectNoGrowth(before) {
  const deadline = performance.now() + 2_000;
  for (;;) {
    collectGarbage();
    const now = holdings();
    const executors = Math.max(before.executors, keptThreads);
    const others = now.threads - now.executors <= before.threads - before.executors;
    if (now.descriptors.length <= before.descriptors.length && others && now.executors <= executors) return;
    if (performance.now() > deadline) {
      throw new Error(`held before: ${JSON.stringify(before)}, now: ${JSON.stringify(now)}`);
    }
    await delay(20);
  }
}
