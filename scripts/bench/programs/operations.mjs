// Owns: what a JavaScript program is asked to do with single requests, from how it does each. Arguments: VERB LINK, then two that are not
// used, and N. It must not know how a request is made. The same names and addresses as in the programs of other languages.
import { timeEach } from './timing.mjs';

const [verb = '', link = '', , , n = '0'] = process.argv.slice(2);

/** The link that addresses and routes go to. */
export const target = link;

/**
 * @typedef {object} Operations each awaited
 * @property {(name: string) => unknown} link-add a bridge of that name
 * @property {(up: boolean) => unknown} link-set of the target
 * @property {(address: string) => unknown} address-add with /32, to the target
 * @property {(destination: string) => unknown} route-add with /32, by the target
 * @property {(name: string) => unknown} link-get
 * @property {() => unknown} links-list
 */

/** @param {Operations} operations */
export async function drive(operations) {
  const address = (/** @type {number} */ i) => `10.1.${i >> 8}.${i & 255}`;
  /** @type {Record<string, (i: number) => unknown>} */
  const verbs = {
    'link-add': (i) => operations['link-add'](`op${i}`),
    'link-set': (i) => operations['link-set'](i % 2 === 0),
    'address-add': (i) => operations['address-add'](address(i)),
    'route-add': (i) => operations['route-add'](address(i)),
    'link-get': (i) => operations['link-get'](`port${(i * 7) % 1023}`),
    'links-list': () => operations['links-list'](),
  };
  const work = verbs[verb];
  if (work === undefined) throw new Error(`unknown verb ${verb}`);
  await timeEach([...Array(Number(n)).keys()], work);
}
