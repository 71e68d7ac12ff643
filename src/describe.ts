// The attribute tables as a public fact.

import { binding, type Description } from './binding.js';

/** Everything netplumb knows of rtnetlink: objects, link kinds, and every attribute's number, kernel name, type and meaning. */
export function describe(): Description {
  return binding.describe();
}
