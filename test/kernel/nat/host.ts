// Owns a host namespace of a test's own and the iptables of one variant in it.
// Must not know what is tested. Everything enters by nsenter, so the machine's own rules are never seen.
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { RestoreSession, type RestoreSessionOptions } from '../../../src/nat/iptables/session.js';
import { createHost, type Host } from '../../support/host.js';

export const variants = ['nft', 'legacy'] as const;
export type Variant = (typeof variants)[number];

export class NatHost {
  readonly host: Host;
  readonly variant: Variant;
  readonly #sessions: RestoreSession[] = [];

  constructor(variant: Variant, host = createHost('nat')) {
    this.variant = variant;
    this.host = host;
  }

  /** A session of this variant in this namespace; it is closed with the host. */
  session(options: RestoreSessionOptions = {}): RestoreSession {
    const made = new RestoreSession({
      program: `/usr/sbin/iptables-${this.variant}-restore`,
      spawn: (file: string, args: readonly string[], given: SpawnOptions) =>
        spawn('/usr/bin/nsenter', [`--net=${this.host.path}`, file, ...args], given),
      ...options,
    });
    this.#sessions.push(made);
    return made;
  }

  /** `iptables …` as a process. */
  iptables(...args: string[]): string {
    return this.host.run(`iptables-${this.variant}`, ...args);
  }

  /** Restore text as a process. */
  restore(text: string): void {
    const args = [`--net=${this.host.path}`, `iptables-${this.variant}-restore`, '--noflush'];
    execFileSync('nsenter', args, { input: text });
  }

  /** What `iptables-save` says, without its dates and counters. */
  save(): string[] {
    return this.host
      .run(`iptables-${this.variant}-save`)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    execFileSync('ip', ['netns', 'del', this.host.name]);
  }
}
