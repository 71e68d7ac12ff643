// attach-detach.mjs HOST NAT PREFIX COUNT: makes a network on that host, attaches and detaches containers named after the prefix one
// after the other, and takes the network down again. Marks in the system call trace tell what is going on: names of files that
// are not there.
import { accessSync } from 'node:fs';
import { Namespace, Network } from 'netplumb';

const [name = '', nat, prefix, count] = process.argv.slice(2);
const containers = Array.from({ length: Number(count) }, (_, index) => `${prefix}${index}`);

/** @param {string} text */
function mark(text) {
  try {
    accessSync(`/mark/${text}`);
  } catch {}
}

const host = await Namespace.open(name);
mark('ensure');
const network = await Network.ensure({
  name: 'br0',
  subnets: ['10.9.0.0/24'],
  nat: nat === 'iptables' ? 'iptables' : false,
  host,
});
for (const container of containers) {
  mark('attach');
  await network.attach(container);
}
for (const container of containers) {
  mark('detach');
  await network.detach(container);
}
mark('remove');
await network.remove();
mark('end');
network.close();
host.close();
