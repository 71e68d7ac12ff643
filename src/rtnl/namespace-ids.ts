// The numbers by which a namespace calls others, such as links' `linkNetNsId`: what `ip netns set` and `list-id` do, as requests.

import { wrongType } from '../argument.js';
import { integer } from '../options.js';
import type { NamespaceIdObject } from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { isNamespaceTarget, type NamespaceTarget, type Slots } from './references.js';

const number = integer(0, 0x7fff_ffff);

function value(verb: string, target: NamespaceTarget) {
  if (!isNamespaceTarget(target)) throw wrongType(`namespaceId.${verb}`, 'a Namespace', target);
  return (slots: Slots) => ({ namespaceFd: { slot: slots.of(target) } });
}

const nameOf = ({ name }: NamespaceTarget) => name ?? 'namespace';

export const namespaceIdVerbs = {
  /**
   * Gives another namespace a number, which it keeps; one of the kernel's choice where left out. `ip netns set NAME NUMBER`
   * @throws {NetlinkError} `EEXIST` when it has one, `ENOSPC` when another has this one
   */
  set: (namespace: NamespaceTarget, id?: number): Operation<void> => {
    const of = value('set', namespace);
    const chosen = id === undefined ? -1 : number(id, 'namespaceId.set: id');
    return request(
      'namespaceId',
      'set',
      nameOf(namespace),
      (slots) => ({ ...of(slots), id: chosen }),
      nothing,
    );
  },

  /** The number of another namespace here; undefined where it has none. `ip netns list` shows it */
  get: (namespace: NamespaceTarget): Operation<number | undefined> => {
    const of = value('get', namespace);
    const known = (answer: unknown) => {
      const { id = -1 } = first<NamespaceIdObject>(answer);
      return id < 0 ? undefined : id;
    };
    return request('namespaceId', 'get', nameOf(namespace), of, known);
  },

  /** Every number that is given. `ip netns list-id` */
  list: (): Operation<readonly number[]> =>
    request(
      'namespaceId',
      'list',
      'all',
      () => ({}),
      (answer) => all<NamespaceIdObject>(answer).flatMap(({ id }) => (id === undefined ? [] : [id])),
    ),
};

/** What a namespace calls others. Every verb has a `…Sync` twin that runs on the calling thread. */
export type NamespaceIds = Face<typeof namespaceIdVerbs>;
export const NamespaceIds: new (at: Performer) => NamespaceIds = faceOf(namespaceIdVerbs);
