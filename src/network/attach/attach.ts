// One try of an attach: its plan is filled in and run, and a failure is given its meaning. What is tried next is attacher.ts's to say.

import { binding, type FilledSteps } from '../../binding.js';
import { NetlinkError, NetworkError } from '../../errors.js';
import { areJobsHeard } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import { Plan, type PlannedNamespace, type PlanResult, type RunOptions } from '../../plan.js';
import type { NamespaceTarget } from '../../rtnl/references.js';
import { Endpoint } from '../endpoint.js';
import type { Family } from '../formats/address.js';
import type { sharedLock } from '../host-lock.js';
import {
  type AttachSteps,
  type EndpointPlan,
  hostNamespace,
  labelOf,
  placeOf,
  textsOf,
} from './attach-plan.js';
import { lackingPolice } from './rate-limit.js';
import { type AttachShapes, inOrder } from './shapes.js';

/** An attach always takes the lock. */
type AttachRunOptions = RunOptions & { readonly lock: ReturnType<typeof sharedLock> };

/** What was written. */
interface Written {
  readonly steps: AttachSteps;
  readonly label: ReturnType<typeof labelOf>;
  readonly hostLink: string;
}

/** One try of an attach. */
export class AttachAttempt {
  readonly #plan: EndpointPlan;
  readonly #shapes: AttachShapes;
  #written: Written | undefined;
  #namespace: Namespace | undefined;

  /** @param shapes of the network that it is attached to */
  constructor(plan: EndpointPlan, shapes: AttachShapes) {
    this.#plan = plan;
    this.#shapes = shapes;
  }

  /** Runs it. The container's namespace is in the making while the rest is written, which takes a fraction of the time. */
  run(options: AttachRunOptions): Promise<Endpoint> {
    const { namespace, pool } = this.#plan;
    const usual = namespace === undefined && pool === undefined;
    return usual && options.signal === undefined && !areJobsHeard()
      ? this.#runUsual(options.lock)
      : this.#runPlan(options);
  }

  async #runPlan(options: AttachRunOptions): Promise<Endpoint> {
    const plan = new Plan();
    const place = placeOf(plan, this.#plan);
    const write = () => plan.append(this.write(), [place, this.#plan.host]);
    return this.#made(await plan.runAhead([place, this.#plan.host], write, options), place);
  }

  // What that plan comes to where nobody has a hand in it: the namespace is made, and nobody listens or might call it off.
  async #runUsual({ path }: AttachRunOptions['lock']): Promise<Endpoint> {
    const { host, container } = this.#plan;
    const made = await binding.plumb(host.handle, container, path, () => [this.write()]);
    if (typeof made !== 'number') throw new NetlinkError(made);
    return this.#endpoint(made);
  }

  /** As `run`, on the calling thread. */
  runSync(options: Omit<RunOptions, 'signal'>): Endpoint {
    const plan = new Plan();
    const place = placeOf(plan, this.#plan);
    plan.append(this.write(), [place, this.#plan.host]);
    return this.#made(plan.runSync(options), place);
  }

  /** The steps that follow the namespace. */
  write(): FilledSteps {
    const label = labelOf(this.#plan);
    const texts = textsOf(this.#plan, label);
    const { prepared, steps } = this.#shapes.of(this.#plan);
    this.#written = { steps, label, hostLink: texts.hostLink };
    return prepared.fill(inOrder(texts));
  }

  /** The namespace made for a pool; whoever asks has to close it. */
  get namespace(): Namespace {
    if (this.#namespace === undefined) throw new TypeError('the endpoint was not made for a pool');
    return this.#namespace;
  }

  #made(result: PlanResult, place: NamespaceTarget): Endpoint {
    if (this.#plan.pool !== undefined) this.#namespace = result.namespace(place as PlannedNamespace);
    return this.#endpoint(result.link((this.#written as Written).steps.port).index);
  }

  #endpoint(hostLinkIndex: number): Endpoint {
    const { host, container: name, network, interfaceName } = this.#plan;
    const { label, hostLink } = this.#written as Written;
    const { addresses, mac = '' } = label;
    return new Endpoint(host, { name, network, addresses, mac, interfaceName, hostLink, hostLinkIndex });
  }

  /** What the failure of `run` means to the one who attaches. */
  judge(error: unknown): AttachVerdict {
    return judge(error, this.#plan, this.#written?.steps);
  }
}

/** What a failed attach means to the one who attaches. */
export type AttachVerdict =
  | { readonly kind: 'namespaceExists' }
  | { readonly kind: 'namespaceGone' }
  | { readonly kind: 'addressTaken'; readonly address: string }
  | { readonly kind: 'hasDefaultRoute'; readonly family: Family }
  /** The interface's name, in the container. The host link's is random. */
  | { readonly kind: 'nameExists' }
  /** Unless the bridge is there, and something else was wrong. */
  | { readonly kind: 'bridgeGone' }
  /** Settings cannot be written here; nor need they be, without addresses of IPv6. */
  | { readonly kind: 'settingsReadOnly' }
  | { readonly kind: 'failed'; readonly error: unknown };

function judge(error: unknown, endpoint: EndpointPlan, written: AttachSteps | undefined): AttachVerdict {
  if (!(error instanceof NetlinkError)) return { kind: 'failed', error };
  const { code, operation, step } = error;
  // EINVAL: unmounted and not yet unlinked, it is an ordinary file.
  if (operation === 'namespace.open' && (code === 'ENOENT' || code === 'EINVAL'))
    return { kind: 'namespaceGone' };
  if (operation === 'namespace.open' && code === 'ENOTUNIQ')
    return { kind: 'failed', error: hostNamespace(endpoint, error) };
  if (operation === 'namespace.create' && code === 'EEXIST') return { kind: 'namespaceExists' };
  const unsupported = lackingPolice(error);
  if (unsupported !== undefined) return { kind: 'failed', error: unsupported };
  if (step === undefined || written === undefined) return { kind: 'failed', error };
  if (step === written.port.step) {
    if (code === 'EXFULL') return { kind: 'failed', error: bridgeFull(endpoint, error) };
    if (code === 'EINVAL' || code === 'ENODEV') return { kind: 'bridgeGone' };
  }
  if (code === 'EROFS' && step === written.deafness && endpoint.addresses.every(({ family }) => family === 4))
    return { kind: 'settingsReadOnly' };
  if (code !== 'EEXIST') return { kind: 'failed', error };
  if (step === written.port.step) return { kind: 'nameExists' };
  if (step === written.containerClaim && endpoint.pool === undefined)
    return { kind: 'failed', error: containerTaken(endpoint, error) };
  const address = endpoint.addresses[written.addressClaims.indexOf(step)]?.address;
  if (address !== undefined) return { kind: 'addressTaken', address };
  const family = written.routes.get(step);
  if (family !== undefined) return { kind: 'hasDefaultRoute', family };
  return { kind: 'failed', error };
}

function bridgeFull({ network }: EndpointPlan, cause: unknown): NetworkError {
  const message = `bridge ${network} is full: a bridge takes 1,023 ports`;
  return new NetworkError('EBRIDGEFULL', message, { cause });
}

export function containerTaken(
  { container, network }: Pick<EndpointPlan, 'container' | 'network'>,
  cause?: unknown,
): NetworkError {
  return new NetworkError(
    'ECONTAINERTAKEN',
    `container ${container} is attached to network ${network} already`,
    { cause },
  );
}
