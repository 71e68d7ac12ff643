// A program that is started, also inside a namespace, inherits no descriptor of the addon.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Namespace } from 'netplumb';

/** What stands behind the shell's descriptors; the first three are the pipes it talks through. */
const list = 'for fd in /proc/$$/fd/*; do case $fd in */[012]) ;; *) readlink $fd ;; esac; done; true';
const namespace = await Namespace.create();
await namespace.links.list();
namespace.links.listSync();
const child = namespace.spawn('sh', ['-c', list], { stdio: ['ignore', 'pipe', 'inherit'] });
let inside = '';
child.stdout?.setEncoding('utf8').on('data', (text) => {
  inside += text;
});
await once(child, 'close');
namespace.close();
const targets = `${inside}${execFileSync('sh', ['-c', list], { encoding: 'utf8' })}`;
const foreign = targets.split('\n').filter((target) => /^(net:|socket:|anon_inode:)/.test(target));
if (foreign.length > 0) throw new Error(`inherited: ${foreign.join(', ')}`);
