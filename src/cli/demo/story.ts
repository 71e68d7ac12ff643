// Owns the story: containers that reach each other but not the internet, why, and what changes that.
// Every claim it makes is checked; a story that does not come true is an error.
import { Network } from '../../index.js';
import { type SessionLease, sessions } from '../../nat/index.js';
import { answered, expect, heardAt, SILENCE_MS, silent, untilPlugged } from './listening.js';
import { ANSWERED, type Narrator, SILENT } from './narrator.js';
import { natListing } from './nat-listing.js';
import type { Container, Sandbox } from './sandbox.js';
import {
  BRIDGE,
  containerAddress,
  containerLines,
  GATEWAY,
  INTERNET,
  listenLines,
  listNatLines,
  natLines,
  networkLines,
  OUTWARD,
  type Places,
  pingLine,
  removalLines,
  type ShellLine,
  SUBNET,
  sandboxLines,
  showForwardingLines,
  showRulesLines,
} from './shell-lines.js';

const FORWARDING = 'net.ipv4.ip_forward';

/** Tells it. The sandbox knows afterwards, or after any failure, what has to be removed. */
export async function tellStory(sandbox: Sandbox, narrator: Narrator): Promise<void> {
  const story = new Story(sandbox, narrator);
  await story.plumb();
  await story.askAround();
  await story.findOutWhy();
  await story.masquerade();
}

class Story {
  readonly #sandbox: Sandbox;
  readonly #narrator: Narrator;
  readonly #places: Places;
  readonly #first: Container;
  /** Held from first to last, so that both networks and the listings share one iptables-restore. */
  readonly #nat: SessionLease;
  #network: Network | undefined;

  constructor(sandbox: Sandbox, narrator: Narrator) {
    const { host, containers, places } = sandbox;
    this.#sandbox = sandbox;
    this.#narrator = narrator;
    this.#places = places;
    this.#first = containers[0] as Container;
    const { inode } = host;
    this.#nat = sessions.acquire({ inode, spawn: (file, args, options) => host.spawn(file, args, options) });
    sandbox.beforeRemoval(() => this.#nat.release());
    sandbox.beforeRemoval(() => this.#removeNetwork());
  }

  async plumb(): Promise<void> {
    const names = this.#places.containers;
    const uplink = sandboxLines(this.#places).filter(({ at }) => at !== undefined);
    await this.#step(
      'A host and the internet, joined by a cable',
      uplink,
      async () => {
        await this.#sandbox.wire();
        return [`the host is ${OUTWARD}, the internet owns ${INTERNET}; neither is this machine's`];
      },
      1,
    );
    await this.#step(`A network of private addresses, ${SUBNET}`, networkLines(this.#places), async () => {
      await this.#makeNetwork(false);
      return [];
    });
    const plugs = names.flatMap((_, index) => containerLines(this.#places, index).slice(1));
    await this.#step(
      `Three containers on it: ${names.join(', ')}`,
      plugs,
      async () => {
        await this.#plugIn();
        return [];
      },
      3,
    );
  }

  async askAround(): Promise<void> {
    const { name, namespace } = this.#first;
    const neighbours = this.#places.containers
      .map((neighbour, index) => [neighbour, containerAddress(index)] as const)
      .slice(1);
    await this.#step(
      'They reach each other and the host',
      [pingLine(name, containerAddress(1))],
      async () => {
        const answers = [];
        for (const [who, address] of [...neighbours, ['host', GATEWAY] as const])
          answers.push(`${ANSWERED} ${who} ${await answered(namespace, address)}`);
        return [answers.join('   ')];
      },
    );
    await this.#step(`But not ${INTERNET}`, [pingLine(name, INTERNET)], async () => {
      await silent(namespace);
      return [`${SILENT} no answer within ${SILENCE_MS} ms. Why?`];
    });
  }

  async findOutWhy(): Promise<void> {
    const { host, internet } = this.#sandbox;
    await this.#step('Because the host does not forward', showForwardingLines(this.#places), async () => {
      const value = await host.sysctl.get(FORWARDING);
      expect(value === '0', `${FORWARDING} is ${value} in the sandbox`);
      return [`${FORWARDING} = ${value}`];
    });
    await this.#step(
      'Because nobody rewrites the private source address',
      showRulesLines(this.#places),
      async () => {
        const listing = natListing(await this.#nat.session.read('nat'));
        expect(listing.length === 0, 'the sandbox has NAT rules before any were made');
        return ['no rule in table nat'];
      },
    );
    await this.#step(
      'So with forwarding alone, this is what the internet would see',
      listenLines(this.#places),
      async () => {
        await host.sysctl.set(FORWARDING, 1);
        const source = await heardAt(internet, this.#first.namespace);
        await host.sysctl.set(FORWARDING, 0);
        expect(source === containerAddress(0), `the internet heard ${source}`);
        return [`${SILENT} a ping from ${source}, which it has no route back to (forwarding is off again)`];
      },
    );
  }

  async masquerade(): Promise<void> {
    const { internet, containers } = this.#sandbox;
    await this.#step('The network goes, to come again with NAT', removalLines(this.#places), async () => {
      await this.#removeNetwork();
      return [];
    });
    await this.#step(
      'The same network, masqueraded, and the host forwards',
      natLines(this.#places),
      async () => {
        await this.#makeNetwork('iptables');
        await this.#plugIn();
        return [];
      },
    );
    await this.#step(`Now ${INTERNET} answers`, [pingLine(this.#first.name, INTERNET)], async () => {
      const answers = [];
      for (const { name, namespace } of containers)
        answers.push(`${ANSWERED} ${name} ${await answered(namespace, INTERNET)}`);
      const source = await heardAt(internet, this.#first.namespace);
      expect(source === OUTWARD, `the internet heard ${source}`);
      return [answers.join('   '), `the internet sees ${source}, the host's own address`];
    });
    await this.#step('The NAT table, as iptables lists it', listNatLines(this.#places), async () =>
      natListing(await this.#nat.session.read('nat')),
    );
  }

  #step(
    title: string,
    shell: readonly ShellLine[],
    work: () => Promise<readonly string[]>,
    show?: number,
  ): Promise<void> {
    return this.#narrator.step(this.#places, { title, shell, ...(show === undefined ? {} : { show }) }, work);
  }

  async #makeNetwork(nat: 'iptables' | false): Promise<void> {
    this.#network = await Network.ensure({ name: BRIDGE, subnets: [SUBNET], nat, host: this.#sandbox.host });
  }

  async #plugIn(): Promise<void> {
    const { host, containers } = this.#sandbox;
    for (const [index, { name, namespace }] of containers.entries()) {
      const endpoint = await this.#network?.attach(name, { namespace });
      expect(
        endpoint?.addresses[0] === `${containerAddress(index)}/24`,
        `${name} got ${endpoint?.addresses.join(', ')}`,
      );
      await untilPlugged(host, endpoint?.hostLink ?? '');
    }
  }

  async #removeNetwork(): Promise<void> {
    await this.#network?.remove();
    await this.#network?.close();
    this.#network = undefined;
  }
}
