// Another program edits the same tables, a thousand times, while a network comes and goes: nobody loses a rule, and every verdict is true.
import { spawn } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { networkIntent } from '../../../src/nat/intent.js';
import { bring } from '../../../src/nat/iptables/apply.js';
import { planDisable, planReconcile } from '../../../src/nat/iptables/plan.js';
import { needsIptables } from '../../support/probe.js';
import { NatHost, variants } from './host.js';

const network = { network: networkIntent('br0', ['172.16.0.0/24']), containers: [] };
const edits = 1_000;

const foreign = ['nat', 'filter'].map((table) => {
  const [hook, target] = table === 'nat' ? ['POSTROUTING', 'MASQUERADE'] : ['FORWARD', 'ACCEPT'];
  const rules = Array.from({ length: 100 }, (_, i) => `-A ${hook} -s 10.${i}.0.0/16 -o eth${i} -j ${target}`);
  return `*${table}\n${rules.join('\n')}\nCOMMIT\n`;
});

describe.each(variants)('beside another editor, iptables-%s', (variant) => {
  let host: NatHost;
  beforeEach((context) => {
    needsIptables(context, variant);
    host = new NatHost(variant);
    return () => host.close();
  });

  it('loses none of 200 foreign rules, nor one of its own', async () => {
    host.restore(foreign.join(''));
    const before = host.save();
    const session = host.session({ waitSeconds: 30 });
    // Its edits go through one process, as fast as it can; each is a transaction of its own.
    const script = Array.from({ length: edits / 2 }, (_, i) =>
      ['A', 'D']
        .map((verb) => `*nat\n-${verb} OUTPUT -d 10.200.${i % 250}.0/24 -j RETURN\nCOMMIT\n`)
        .join(''),
    ).join('');
    const args = [`--net=${host.host.path}`, `iptables-${variant}-restore`, '-w', '30', '--noflush'];
    const editor = spawn('nsenter', args, { stdio: ['pipe', 'inherit', 'inherit'] });
    const ended = new Promise<number | null>((fulfil) => editor.once('close', fulfil));
    let editing = true;
    void ended.then(() => {
      editing = false;
    });
    editor.stdin.end(script);
    let rounds = 0;
    for (; editing || rounds < 5; rounds++) {
      await bring(session, (current) => planReconcile(network, current));
      expect(await bring(session, (current) => planReconcile(network, current))).toBe('');
      await bring(session, (current) => planDisable('br0', current));
    }
    expect(await ended).toBe(0);
    expect(host.save().filter((line) => !line.startsWith(':'))).toEqual(
      before.filter((line) => !line.startsWith(':')),
    );
    expect(rounds).toBeGreaterThanOrEqual(5);
  });
});
