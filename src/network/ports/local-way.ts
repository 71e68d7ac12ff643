// The way of 127.0.0.1 into a network, closed where no port of the network is published there any more.

import type { Namespace } from '../../namespace.js';
import { isLoopback } from '../../nat/index.js';
import { setLocalRouting } from '../host/local-routing.js';
import type { PortBook } from './book.js';

/** That it cannot be closed is no failure of what was asked: the network's own rules guard it. */
export async function closeLocalWay(host: Namespace, network: string, book: PortBook): Promise<void> {
  if (book.some(network, isLoopback)) return;
  await setLocalRouting(host, network, false).catch(() => undefined);
}
