// An endpoint of a pool: what stands ready, with the texts of its claim written ahead, so that giving it to a container takes
// one call of the addon. Must not know when one is made or wanted.

import { channel } from 'node:diagnostics_channel';
import {
  binding,
  type FailureRecord,
  type LinkClaim,
  type StepEvent,
  type TimedClaim,
} from '../../binding.js';
import type { JobEvent } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import type { Plumbed } from '../attach/attach-plan.js';
import type { EndpointInfo } from '../description.js';
import { Endpoint } from '../endpoint.js';
import { MAX_LABEL_BYTES } from '../formats/fields.js';
import { encodeLabel } from '../formats/label.js';

/** A container attached from a pool. */
export class PoolEndpoint extends Endpoint {
  /** The container's namespace. The caller closes it; unnamed, it then goes with its links, unless a process is in it. */
  readonly namespace: Namespace;

  /** @internal */
  constructor(host: Namespace, info: EndpointInfo, namespace: Namespace) {
    super(host, info);
    this.namespace = namespace;
  }
}

/** Where claims are made: the host, by a handle of the pool's own, so that none waits for what else is done there. */
export interface ClaimPlace {
  readonly host: Namespace;
  /** The index of the network's bridge. */
  readonly bridge: number;
  readonly lockPath: string;
}

const jobs = channel('netplumb:job');
const steps = channel('netplumb:step');
const anybody = 'c';

export class ReadyEndpoint {
  readonly plumbed: Plumbed;
  readonly namespace: Namespace;
  /** With prefix lengths. */
  readonly addresses: readonly string[];
  readonly index: number;
  /** What is given away. Its name is written when somebody has it. */
  readonly #endpoint: { -readonly [Key in keyof PoolEndpoint]: PoolEndpoint[Key] };
  readonly #claimHead: string;
  readonly #labelHead: string;
  /** What follows the container's name: where the namespace is the caller's, and where netplumb names it. */
  readonly #tail: string;
  readonly #tailNamed: string;
  /** The longest name that goes in between. */
  readonly #room: number;
  readonly #roomNamed: number;
  readonly #pooledLabel: string;

  constructor(host: Namespace, plumbed: Plumbed, pool: string) {
    const { endpoint, namespace } = plumbed;
    const { network, addresses, mac, interfaceName } = endpoint;
    this.plumbed = plumbed;
    this.namespace = namespace;
    this.addresses = addresses;
    this.index = endpoint.hostLinkIndex;
    this.#endpoint = new PoolEndpoint(host, endpoint, namespace);
    this.#claimHead = `np1:${network}:c:`;
    this.#pooledLabel = encodeLabel({ kind: 'pooled', network, pool, addresses, mac, interfaceName });
    const label = { kind: 'hostLink', network, container: anybody, addresses, mac, interfaceName } as const;
    const [head = '', brought = ''] = split(encodeLabel({ ...label, namespace: 'brought' }));
    const [, created = ''] = split(encodeLabel({ ...label, namespace: 'created' }));
    this.#labelHead = head;
    this.#tail = brought;
    this.#tailNamed = created;
    this.#room = MAX_LABEL_BYTES - head.length - brought.length;
    this.#roomNamed = MAX_LABEL_BYTES - head.length - created.length;
  }

  /** Whether its label has room for the name; with two long addresses it has not for the longest. */
  fits(container: string, named: boolean): boolean {
    return container.length <= (named ? this.#roomNamed : this.#room);
  }

  claim(container: string, named: boolean, at: ClaimPlace): Promise<FailureRecord | undefined> {
    if (steps.hasSubscribers) {
      const claim = this.#claim(container, named, at);
      const begun = performance.now();
      return binding.claimLinkTimed(...claim).then((timed) => traced(claim, begun, timed));
    }
    const altName = this.#claimHead + container;
    const label = this.#labelHead + container + (named ? this.#tailNamed : this.#tail);
    const begun = jobs.hasSubscribers ? performance.now() : 0;
    const former = this.#pooledLabel;
    const host = at.host.handle;
    const { bridge } = at;
    const { index } = this;
    const claimed = named
      ? binding.claimLink(
          host,
          index,
          altName,
          label,
          former,
          bridge,
          this.namespace.handle,
          container,
          at.lockPath,
        )
      : binding.claimLink(host, index, altName, label, former, bridge);
    return jobs.hasSubscribers ? claimed.then((failure) => publish(begun, named, failure)) : claimed;
  }

  // The same again, and no array in between: what runs here is counted in microseconds, mostly before it is compiled.
  claimSync(container: string, named: boolean, at: ClaimPlace): FailureRecord | undefined {
    if (steps.hasSubscribers) {
      const claim = this.#claim(container, named, at);
      const begun = performance.now();
      return traced(claim, begun, binding.claimLinkTimedSync(...claim));
    }
    const altName = this.#claimHead + container;
    const begun = jobs.hasSubscribers ? performance.now() : 0;
    const host = at.host.handle;
    const { bridge } = at;
    const { index } = this;
    const former = this.#pooledLabel;
    let failure: FailureRecord | undefined;
    if (named) {
      const label = this.#labelHead + container + this.#tailNamed;
      const inside = this.namespace.handle;
      failure = binding.claimLinkSync(
        host,
        index,
        altName,
        label,
        former,
        bridge,
        inside,
        container,
        at.lockPath,
      );
    } else {
      const label = this.#labelHead + container + this.#tail;
      failure = binding.claimLinkSync(host, index, altName, label, former, bridge);
    }
    return jobs.hasSubscribers ? publish(begun, named, failure) : failure;
  }

  #claim(container: string, named: boolean, at: ClaimPlace): LinkClaim {
    const altName = this.#claimHead + container;
    const label = this.#labelHead + container + (named ? this.#tailNamed : this.#tail);
    const claim = [at.host.handle, this.index, altName, label, this.#pooledLabel, at.bridge] as const;
    return named ? [...claim, this.namespace.handle, container, at.lockPath] : claim;
  }

  /** As it is once a container has it, which happens once. */
  of(container: string, named: boolean): PoolEndpoint {
    if (named) this.namespace.nameGiven(container);
    this.#endpoint.name = container;
    return this.#endpoint as PoolEndpoint;
  }
}

/** A label before and after the container's name. Names need no encoding. */
function split(label: string): string[] {
  const mark = ` container=${anybody} `;
  const at = label.indexOf(mark);
  return [label.slice(0, at + mark.length - anybody.length - 1), label.slice(at + mark.length - 1)];
}

function publish(
  begun: number,
  named: boolean,
  failure: FailureRecord | undefined,
): FailureRecord | undefined {
  const event: JobEvent = {
    operations: ['altName.add', 'link.set', ...(named ? ['namespace.create'] : [])],
    durationMs: performance.now() - begun,
    ...(failure === undefined ? {} : { code: failure.code }),
  };
  jobs.publish(event);
  return failure;
}

/** Tells the steps, and the job. */
function traced(
  [, index, altName, , , , , name]: LinkClaim,
  begun: number,
  { failure, sent, named }: TimedClaim,
): FailureRecord | undefined {
  if (sent !== undefined) {
    const claim: StepEvent = { operation: 'altName.add', target: altName, step: 0, ...sent, together: 2 };
    steps.publish(claim);
    steps.publish({ ...claim, operation: 'link.set', target: `#${index}`, step: 1 });
  }
  if (named !== undefined) {
    const naming: StepEvent = {
      operation: 'namespace.create',
      target: name ?? '',
      step: 2,
      ...named,
      together: 1,
    };
    steps.publish(naming);
  }
  if (jobs.hasSubscribers) publish(begun, name !== undefined, failure);
  return failure;
}
