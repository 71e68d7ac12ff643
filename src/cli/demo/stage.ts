// Owns what the scenes of the story share: the network that stands at the moment, the NAT session, and telling a step.
// What the scenes are is story.ts's business.
import { Network } from '../../index.js';
import { type SessionLease, sessions } from '../../nat/index.js';
import { expect } from './listening.js';
import type { Narrator } from './narrator.js';
import type { Container, Sandbox } from './sandbox.js';
import { BRIDGE, containerAddress, type Places, type ShellLine, SUBNET } from './shell-lines.js';

export class Stage {
  readonly sandbox: Sandbox;
  readonly places: Places;
  /** The container the story follows. */
  readonly first: Container;
  readonly #narrator: Narrator;
  /** Held from first to last, so that both networks and the listings share one iptables-restore. */
  readonly #nat: SessionLease;
  #network: Network | undefined;

  constructor(sandbox: Sandbox, narrator: Narrator) {
    const { host, containers, places } = sandbox;
    const { inode } = host;
    this.sandbox = sandbox;
    this.places = places;
    this.first = containers[0] as Container;
    this.#narrator = narrator;
    this.#nat = sessions.acquire({
      inode,
      spawn: (file, args, options) => host.spawn(file, args, { ...options, etc: false }),
    });
    sandbox.beforeRemoval(() => this.#nat.release());
    sandbox.beforeRemoval(() => this.removeNetwork());
  }

  /** Does one step, times it and tells it; `show` limits the shell lines that are printed. */
  step(
    title: string,
    shell: readonly ShellLine[],
    work: () => Promise<readonly string[]>,
    show?: number,
  ): Promise<void> {
    return this.#narrator.step(this.places, { title, shell, ...(show === undefined ? {} : { show }) }, work);
  }

  async makeNetwork(nat: 'iptables' | false): Promise<void> {
    this.#network = await Network.ensure({ name: BRIDGE, subnets: [SUBNET], nat, host: this.sandbox.host });
  }

  /** Attaches all containers, which get the same addresses each time. */
  async plugIn(): Promise<void> {
    for (const [index, { name, namespace }] of this.sandbox.containers.entries()) {
      const endpoint = await this.#network?.attach(name, { namespace });
      const addresses = endpoint?.addresses.join(', ');
      expect(addresses === `${containerAddress(index)}/24`, `${name} got ${addresses}`);
    }
  }

  async removeNetwork(): Promise<void> {
    await this.#network?.remove();
    this.#network = undefined;
  }

  /** What `iptables -t nat -S` prints, by the session that changes the rules. */
  readNat(): Promise<string> {
    return this.#nat.session.read('nat');
  }
}
