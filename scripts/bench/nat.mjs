// Owns: the table of NAT: one run of programs/nat.mjs, in which both sides of each comparison alternate, and what they come to.
// It must not know how any of it is done. Other ways to write rules: scenarios/rules.mjs.
import { fileURLToPath } from 'node:url';
import { Host } from './host.mjs';
import { LIBNFTABLES, libnftables } from './implementations/nat.mjs';
import { run } from './processes.mjs';
import { figuresOf } from './report/figures.mjs';
import { median } from './statistics.mjs';

export const nat = {
  name: 'nat',
  description: 'rules by the session and by processes, ports, attaches with ports',
};

const PROGRAM = fileURLToPath(new URL('./programs/nat.mjs', import.meta.url));

/**
 * What is divided by what, and what is wanted of it.
 * @type {readonly { of: string, by: string, at_least?: number, at_most?: number }[]}
 */
const targets = [
  { of: 'one rule, execFile iptables, nft', by: 'one rule, session, nft', at_least: 10 },
  { of: 'one rule, execFile iptables, legacy', by: 'one rule, session, legacy', at_least: 6 },
  { of: 'one rule, execFile iptables, nft beside 2000', by: 'one rule, session, nft beside 2000' },
  { of: 'one rule, execFile iptables, legacy beside 2000', by: 'one rule, session, legacy beside 2000' },
  { of: 'attach with 8 ports', by: 'attach, plain' },
  { of: 'attach with 8 ports, after a detach with ports', by: 'attach, plain, after a detach with ports' },
  { of: 'one port, libnftables', by: 'one port, addon', at_least: 5 },
  { of: 'one port, addon, beside 1000', by: 'one port, addon, beside 10', at_most: 1.5 },
  { of: '1000 ports as a range, addon', by: 'one port, addon' },
  { of: 'attach with 8 ports, nf_tables', by: 'attach, plain, nf_tables', at_most: 1.5 },
  {
    of: 'attach with 8 ports, after a detach with ports, nf_tables',
    by: 'attach, plain, after a detach with ports, nf_tables',
    at_most: 1.5,
  },
];

/**
 * @param {object} what
 * @param {import('./session.mjs').Session} what.session
 * @param {number} what.rounds
 * @returns {Promise<Awaited<ReturnType<typeof import('./part.mjs').measurePart>>>}
 */
export async function measureNat({ session, rounds }) {
  const host = await Host.create(session.name('host'), { style: 'own', bridge: '', gateway: '', prefix: 0 });
  try {
    const args = [PROGRAM, String(rounds), String(EACH), session.name('c'), await libnftablesProgram()];
    const printed = await run(host.enter({ file: process.execPath, args }), {
      timeoutMs: 60_000 + rounds * 20_000,
      signal: session.signal,
    });
    /** @type {{ samples: Record<string, number[][]>, together: { publishes: number, transactions: number, ms: number } }} */
    const { samples, together } = JSON.parse(printed);
    const ways = Object.keys(samples);
    const about = /** @type {const} */ ({
      description: 'in the same process, in turn',
      version: '',
      role: 'floor',
    });
    return {
      part: {
        scenario: nat.name,
        description: nat.description,
        n: EACH,
        rounds,
        order: [],
        implementations: Object.fromEntries(ways.map((way) => [way, about])),
        missing: [],
        failures: [],
      },
      results: figuresOf(
        SCENARIO,
        EACH,
        new Map(ways.map((way) => [way, (samples[way] ?? []).map(asSample)])),
      ),
      targets: [...judge(samples), ...reported(together)],
    };
  } finally {
    host.forgetLock();
  }
}

/** Empty where it cannot be built: then that row is left out. */
async function libnftablesProgram() {
  try {
    await libnftables.prepare();
    return LIBNFTABLES;
  } catch {
    return '';
  }
}

const EACH = 10;
/** @type {import('./scenarios/scenario.mjs').Scenario} */
const SCENARIO = {
  ...nat,
  floor: '',
  targets: [],
  measure: () => Promise.reject(new Error('nat is measured as a whole')),
};
const NOTHING = { queues: 0, ipv6: false, label: false, claims: 0 };

/** @param {readonly number[]} durationsUs of a round @returns {import('./scenarios/scenario.mjs').Sample} */
const asSample = (durationsUs) => ({
  durationsUs,
  totalMs: durationsUs.reduce((sum, us) => sum + us, 0) / 1000,
  endState: NOTHING,
});

/** @typedef {import('./report/figures.mjs').TargetResult} TargetResult */

/** @param {Record<string, number[][]>} samples @returns {TargetResult[]} */
function judge(samples) {
  return targets.flatMap(({ of, by, at_least, at_most }) => {
    const [over, under] = [samples[of], samples[by]];
    if (over === undefined || under === undefined) return [];
    const measured = median(over.map((list, i) => median(list) / median(under[i] ?? [])));
    const figure = `${of} p50 / ${by} p50, median of paired ratios`;
    const bound = { ...(at_least !== undefined && { at_least }), ...(at_most !== undefined && { at_most }) };
    const holds = measured >= (at_least ?? 0) && measured <= (at_most ?? Number.POSITIVE_INFINITY);
    return [{ scenario: nat.name, figure, ...bound, measured, holds }];
  });
}

/** @param {{ publishes: number, transactions: number, ms: number }} together */
function reported({ publishes, transactions, ms }) {
  return [
    {
      scenario: nat.name,
      figure: `${publishes} publishes at once, transactions`,
      measured: transactions,
      holds: true,
    },
    { scenario: nat.name, figure: `${publishes} publishes at once, ms`, measured: ms, holds: true },
  ];
}
