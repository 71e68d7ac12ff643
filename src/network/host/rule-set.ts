// The rules of nf_tables of a host, as nat/ sees them: questions and transactions as jobs of the addon, and a watch.

import { setTimeout as sleep } from 'node:timers/promises';
import { binding, type JobSteps, type Step, type TransactionMessage } from '../../binding.js';
import { NatError, NetlinkError } from '../../errors.js';
import { runJob, unwrap } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import type { RuleSet } from '../../nat/index.js';
import { PreparedSteps } from '../../prepared-steps.js';

export function ruleSetOf(host: Namespace): RuleSet {
  const run = (steps: JobSteps) => runJob({ slots: [host.handle], steps, undo: false });
  const change = async (steps: JobSteps, messages: readonly TransactionMessage[]) => {
    try {
      await run(steps);
    } catch (error) {
      throw refusal(error, messages);
    }
  };
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
    transact: (messages, generation) => change([transaction(messages, generation)], messages),
    prepare: (messages) => {
      const prepared = new PreparedSteps([transaction(messages)], 0, []).fill([]);
      return () => change([prepared], messages);
    },
    watch: (changed) => watch(host, changed),
  };
}

function transaction(messages: readonly TransactionMessage[], generation?: number): Step {
  return {
    do: 'transaction',
    operation: 'nftables.change',
    slot: 0,
    messages,
    ...(generation !== undefined && { generation }),
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
