// The rules of nf_tables of a host, as nat/ sees them: questions and transactions as jobs of the addon, and a watch.

import { setTimeout as sleep } from 'node:timers/promises';
import { binding, type Step, type TransactionMessage } from '../../binding.js';
import { NatError, NetlinkError } from '../../errors.js';
import { runJob, unwrap } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import type { RuleSet } from '../../nat/index.js';

export function ruleSetOf(host: Namespace): RuleSet {
  const run = (steps: readonly Step[]) => runJob({ slots: [host.handle], steps, undo: false });
  return {
    read: async (questions) => {
      const { values } = await run(
        questions.map((question) => ({
          do: 'read',
          operation: `${question.object}.${question.verb}`,
          slot: 0,
          ...question,
        })),
      );
      return values as readonly (readonly unknown[])[];
    },
    transact: async (messages, generation) => {
      const step: Step = {
        do: 'transaction',
        operation: 'nftables.change',
        slot: 0,
        messages,
        ...(generation !== undefined && { generation }),
      };
      try {
        await run([step]);
      } catch (error) {
        throw refusal(error, messages);
      }
    },
    watch: (changed) => watch(host, changed),
  };
}

/** What the kernel answers where the rules are of another generation. */
const restart = 'ERESTART';
const lost = new Set(['ENOBUFS', 'ETIMEDOUT']);

function refusal(error: unknown, messages: readonly TransactionMessage[]): unknown {
  if (!(error instanceof NetlinkError)) return error;
  const { code, target = '', kernelMessage, message } = error;
  const fields = { cause: error, stderr: kernelMessage ?? '' };
  if (code === restart)
    return new NatError('the rules changed meanwhile', { ...fields, code: 'EAGAIN', applied: false });
  if (lost.has(code)) return new NatError(message, { ...fields, code, applied: 'unknown' });
  if (code === 'EPERM') return new NatError(`nf_tables: ${message}`, { ...fields, code, applied: false });
  const line = target === '' ? messages[0]?.target : target;
  return new NatError(`nf_tables: ${message}`, { ...fields, code: 'ENFTABLES', line, applied: false });
}

/** Changes so close together are told as one: others may be in the middle of several. */
const gatheringMs = 50;

function watch(host: Namespace, changed: () => void): () => void {
  const rules = binding.openRuleWatch(host.handle);
  let open = true;
  const listen = async () => {
    while (open && unwrap(await binding.awaitRuleChange(rules))) {
      changed();
      await sleep(gatheringMs);
    }
  };
  listen().catch(changed); // whoever mends will say what is wrong
  return () => {
    open = false;
    binding.closeRuleWatch(rules);
  };
}
