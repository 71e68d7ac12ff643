// Attaches of one network are mostly alike but for a few texts: a name, an address. The steps of each shape are written and encoded once, for
// that takes as long as the kernel takes to make a namespace. Knows what makes two attaches alike; what the steps are is attach-plan.ts's.

import { Namespace } from '../../namespace.js';
import { Plan } from '../../plan.js';
import type { PreparedSteps } from '../../prepared-steps.js';
import {
  type AttachSteps,
  type AttachTexts,
  type EndpointPlan,
  linkLocalOf,
  placeOf,
  writeSteps,
} from './attach-plan.js';

/** What the steps are, for texts in the order of `inOrder`, and where they stand. */
export interface Shape {
  readonly prepared: PreparedSteps;
  readonly steps: AttachSteps;
}

/** A network has one or two of them, unless each container has options of its own. */
const mostShapes = 32;

/** The shapes of one network's attaches. */
export class AttachShapes {
  readonly #known = new Map<string, Shape>();

  /** The shape of an attach, made ready unless it is; its namespaces are the container's and the host. */
  of(endpoint: EndpointPlan): Shape {
    const key = shapeOf(endpoint);
    let shape = this.#known.get(key);
    if (shape === undefined) {
      if (this.#known.size >= mostShapes) this.#known.clear();
      shape = prepare(endpoint);
      this.#known.set(key, shape);
    }
    return shape;
  }
}

/** All that the steps depend on, but for the texts and what is the same in the whole network. */
function shapeOf(endpoint: EndpointPlan): string {
  const { namespace, addresses, pool, late, interfaceName, mtu, routes, isolated, hairpin, sysctls } =
    endpoint;
  return JSON.stringify([
    namespace === undefined ? 'made' : namespace instanceof Namespace,
    addresses.map(({ family, prefix, gateway }) => [family, prefix, gateway]),
    pool === undefined,
    late,
    interfaceName,
    mtu,
    routes,
    isolated,
    hairpin,
    endpoint.deaf,
    sysctls,
    endpoint.limits,
    endpoint.routed,
  ]);
}

/** With texts in their places that nobody has, nor the container's interface for its name. */
function prepare(endpoint: EndpointPlan): Shape {
  const plan = new Plan();
  const place = placeOf(plan, endpoint);
  const first = plan.size;
  const mac = '02:00:00:5e:00:53';
  const { interfaceName } = endpoint;
  const last = interfaceName.startsWith('255.255.255.1') ? 200 : 100;
  const texts: AttachTexts = {
    hostLink: interfaceName.startsWith('np-one') ? 'np-other' : 'np-one',
    label: 'the label',
    mac,
    linkLocal: linkLocalOf(mac),
    containerClaim: 'np1:the:container',
    addresses: endpoint.addresses.map(({ family }, i) =>
      family === 4 ? `255.255.255.${last + i}` : `ffff::${1000 + i}`,
    ),
    addressClaims: endpoint.addresses.map((_, i) => `np1:the:${100 + i}`),
  };
  const steps = writeSteps(plan, place, endpoint, texts);
  return { prepared: plan.prepare(first, [place, endpoint.host], inOrder(texts)), steps };
}

export function inOrder(texts: AttachTexts): readonly string[] {
  const { hostLink, label, mac, linkLocal, containerClaim, addresses, addressClaims } = texts;
  return [hostLink, label, mac, linkLocal, containerClaim, ...addresses, ...addressClaims];
}
