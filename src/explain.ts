// The `ip` and `sysctl` lines that would do what a step does. Pure; each line can be given to a shell as it stands. What an
// object's line looks like is in explain/; the words come from the attribute tables, so a new attribute explains itself.

import type { Step } from './binding.js';
import { explainAddress } from './explain/address.js';
import { explainBridgeVlan } from './explain/bridge-vlan.js';
import { explainAltNames, explainLink } from './explain/link.js';
import {
  explainNamespaceId,
  explainNeighbour,
  explainNextHop,
  explainRule,
  isForwarding,
} from './explain/policy.js';
import { explainRoute } from './explain/route.js';
import { Surroundings } from './explain/surroundings.js';
import { explainTraffic } from './explain/traffic.js';
import { explainTun } from './explain/tun.js';
import type { NamespaceTarget } from './rtnl/references.js';
import { shellWord } from './shell-word.js';

/**
 * The lines of each step that has some; reading has none.
 * @param namespaces by slot
 * @param here the namespace the reader stands in
 */
export function explainSteps(
  steps: readonly Step[],
  namespaces: readonly NamespaceTarget[],
  here?: NamespaceTarget,
): readonly string[] {
  const at = new Surroundings(steps, namespaces, here);
  return steps.flatMap((step) => explain(step, at));
}

function explain(step: Step, at: Surroundings): string[] {
  switch (step.do) {
    case 'createNamespace':
      return [step.name === undefined ? 'unshare --net' : `ip netns add ${shellWord(step.name)}`];
    case 'removeNamespace':
    case 'surrenderName':
      return [`ip netns del ${shellWord(step.name)}`];
    case 'sysctlSet':
      return [`${at.enter(step.slot)}sysctl -w ${shellWord(`${step.name}=${step.value}`)}`];
    case 'createTun':
      return explainTun(step).map((line) => `${at.program('ip', step.slot)} ${line}`);
    case 'request':
      return reads.has(step.verb) ? [] : explainRequest(step, at);
    default:
      return [];
  }
}

type Request = Extract<Step, { do: 'request' }>;

const reads: ReadonlySet<string> = new Set(['get', 'list', 'settle']);

type Explain = (request: Request, at: Surroundings) => readonly string[];

/** Of which program a line is. */
const objects: Readonly<Record<Request['object'], readonly [program: string, explain: Explain]>> = {
  link: ['ip', explainLink],
  altName: ['ip', explainAltNames],
  address: ['ip', explainAddress],
  route: ['ip', explainRoute],
  qdisc: ['tc', explainTraffic],
  class: ['tc', explainTraffic],
  filter: ['tc', explainTraffic],
  neighbour: ['ip', explainNeighbour],
  bridgeVlan: ['bridge', explainBridgeVlan],
  rule: ['ip', explainRule],
  nextHop: ['ip', explainNextHop],
  nextHopBucket: ['ip', () => []],
  namespaceId: ['ip', explainNamespaceId],
};

function explainRequest(step: Request, at: Surroundings): string[] {
  const [usual, lines] = objects[step.object];
  const program = step.object === 'neighbour' && isForwarding(step) ? 'bridge' : usual;
  return lines(step, at).map((line) => `${at.program(program, step.slot)} ${line}`);
}
