// Owns the story: containers that reach each other but not the internet, why, and what changes that.
// Every claim it makes is checked; a story that does not come true is an error.
import { answered, expect, heardAt, SILENCE_MS, silent } from './listening.js';
import { ANSWERED, type Narrator, SILENT } from './narrator.js';
import { natListing } from './nat-listing.js';
import type { Sandbox } from './sandbox.js';
import {
  containerAddress,
  containerLines,
  GATEWAY,
  INTERNET,
  listenLines,
  listNatLines,
  natLines,
  networkLines,
  OUTWARD,
  pingLine,
  removalLines,
  SUBNET,
  sandboxLines,
  showForwardingLines,
  showRulesLines,
} from './shell-lines.js';
import { Stage } from './stage.js';

const FORWARDING = 'net.ipv4.ip_forward';

/** Tells it. The sandbox knows afterwards, or after any failure, what has to be removed. */
export async function tellStory(sandbox: Sandbox, narrator: Narrator): Promise<void> {
  const stage = new Stage(sandbox, narrator);
  await plumb(stage);
  await askAround(stage);
  await findOutWhy(stage);
  await masquerade(stage);
}

async function plumb(stage: Stage): Promise<void> {
  const names = stage.places.containers;
  const uplink = sandboxLines(stage.places).filter(({ at }) => at !== undefined);
  await stage.step(
    'A host and the internet, joined by a cable',
    uplink,
    async () => {
      await stage.sandbox.wire();
      return [`the host is ${OUTWARD}, the internet owns ${INTERNET}; neither is this machine's`];
    },
    1,
  );
  await stage.step(
    `A network of private addresses, ${SUBNET}`,
    networkLines(stage.places),
    async () => {
      await stage.makeNetwork(false);
      return [];
    },
    1,
  );
  const plugs = names.flatMap((_, index) => containerLines(stage.places, index).slice(1));
  await stage.step(
    `Three containers on it: ${names.join(', ')}`,
    plugs,
    async () => {
      await stage.plugIn();
      return [];
    },
    1,
  );
}

async function askAround(stage: Stage): Promise<void> {
  const { name, namespace } = stage.first;
  const neighbours = stage.places.containers
    .map((neighbour, index) => [neighbour, containerAddress(index)] as const)
    .slice(1);
  await stage.step('They reach each other and the host', [pingLine(name, containerAddress(1))], async () => {
    const answers = [];
    for (const [who, address] of [...neighbours, ['host', GATEWAY] as const])
      answers.push(`${ANSWERED} ${who} ${await answered(namespace, address)}`);
    return [answers.join('   ')];
  });
  await stage.step(`But not ${INTERNET}`, [pingLine(name, INTERNET)], async () => {
    await silent(namespace);
    return [`${SILENT} no answer within ${SILENCE_MS} ms. Why?`];
  });
}

async function findOutWhy(stage: Stage): Promise<void> {
  const { host, internet } = stage.sandbox;
  await stage.step('Because the host does not forward', showForwardingLines(stage.places), async () => {
    const value = await host.sysctl.get(FORWARDING);
    expect(value === '0', `${FORWARDING} is ${value} in the sandbox`);
    return [`${FORWARDING} = ${value}`];
  });
  await stage.step(
    'Because nobody rewrites the private source address',
    showRulesLines(stage.places),
    async () => {
      const listing = natListing(await stage.readNat());
      expect(listing.length === 0, 'the sandbox has NAT rules before any were made');
      return ['no rule in table nat'];
    },
  );
  await stage.step(
    'So with forwarding alone, this is what the internet would see',
    listenLines(stage.places),
    async () => {
      await host.sysctl.set(FORWARDING, 1);
      const source = await heardAt(internet, stage.first.namespace);
      await host.sysctl.set(FORWARDING, 0);
      expect(source === containerAddress(0), `the internet heard ${source}`);
      return [`${SILENT} a ping from ${source}, which it has no route back to (forwarding is off again)`];
    },
  );
}

async function masquerade(stage: Stage): Promise<void> {
  const { internet, containers } = stage.sandbox;
  await stage.step('The network goes, to come again with NAT', removalLines(stage.places), async () => {
    await stage.removeNetwork();
    return [];
  });
  await stage.step(
    'The same network, masqueraded, and the host forwards',
    natLines(stage.places),
    async () => {
      await stage.makeNetwork('iptables');
      await stage.plugIn();
      return [];
    },
  );
  await stage.step(`Now ${INTERNET} answers`, [pingLine(stage.first.name, INTERNET)], async () => {
    const answers = [];
    for (const { name, namespace } of containers)
      answers.push(`${ANSWERED} ${name} ${await answered(namespace, INTERNET)}`);
    const source = await heardAt(internet, stage.first.namespace);
    expect(source === OUTWARD, `the internet heard ${source}`);
    return [answers.join('   '), `the internet sees ${source}, the host's own address`];
  });
  await stage.step('The NAT table, as iptables lists it', listNatLines(stage.places), async () =>
    natListing(await stage.readNat(), 'POSTROUTING'),
  );
}
