// Owns: the table of NAT: one round of programs/nat.mjs, in which both sides of each comparison alternate, and what they come to.
// It must not know how any of it is done.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Host } from './host.mjs';
import { run } from './processes.mjs';

export const nat = {
  name: 'nat',
  description: 'rules by the session and by processes, ports, attaches with ports',
};

const PROGRAM = fileURLToPath(new URL('./programs/nat.mjs', import.meta.url));

/** What is divided by what, and what is wanted of it. */
const targets = [
  { of: 'one rule, execFile iptables, nft', by: 'one rule, session, nft', at_least: 10 },
  { of: 'one rule, execFile iptables, legacy', by: 'one rule, session, legacy', at_least: 6 },
  { of: 'one rule, execFile iptables, nft beside 2000', by: 'one rule, session, nft beside 2000' },
  { of: 'one rule, execFile iptables, legacy beside 2000', by: 'one rule, session, legacy beside 2000' },
  { of: 'attach with 8 ports, after appends', by: 'attach, plain' },
  { of: 'attach with 8 ports, after a detach with ports', by: 'attach, plain' },
];

/** @param {readonly number[]} values @param {number} part */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/**
 * @param {object} what
 * @param {import('./session.mjs').Session} what.session
 * @param {import('./options.mjs').Options} what.options
 * @param {import('./machine.mjs').Machine} what.machine
 * @returns {Promise<string>} for a terminal
 */
export async function measureNat({ session, options, machine }) {
  const { rounds, json, seed } = options;
  const host = await Host.create(session.name('host'), { style: 'own', bridge: '', gateway: '', prefix: 0 });
  try {
    const args = [PROGRAM, String(rounds), '10', session.name('c')];
    const printed = await run(host.enter({ file: process.execPath, args }), {
      timeoutMs: 60_000 + rounds * 20_000,
      signal: session.signal,
    });
    /** @type {{ samples: Record<string, number[][]>, together: { publishes: number, transactions: number, ms: number } }} */
    const { samples, together } = JSON.parse(printed);
    const results = Object.entries(samples).map(([implementation, list]) => {
      const all = list.flat();
      const total_ms = all.reduce((sum, us) => sum + us, 0) / 1000;
      return {
        scenario: nat.name,
        implementation,
        n: all.length,
        p50_us: quantile(all, 0.5),
        p99_us: quantile(all, 0.99),
        mean_us: (total_ms * 1000) / all.length,
        max_us: Math.max(...all),
        total_ms,
      };
    });
    const judged = targets.map(({ of, by, at_least }) => {
      const ratios = (samples[of] ?? []).map(
        (list, i) => quantile(list, 0.5) / quantile(samples[by]?.[i] ?? [], 0.5),
      );
      const median = quantile(ratios, 0.5);
      return {
        figure: `${of} / ${by}`,
        measured: median,
        low: Math.min(...ratios),
        high: Math.max(...ratios),
        ...(at_least !== undefined && { at_least, holds: median >= at_least }),
      };
    });
    const report = {
      machine,
      run: { scenario: nat.name, description: nat.description, seed },
      results,
      targets: judged,
      together,
    };
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
    const row = (/** @type {string} */ name, /** @type {string} */ figures) =>
      `${name.padEnd(50)} ${figures}`;
    return [
      row('', '     p50 µs      p99 µs'),
      ...results.map((one) =>
        row(
          one.implementation,
          `${one.p50_us.toFixed(0).padStart(11)} ${one.p99_us.toFixed(0).padStart(11)}`,
        ),
      ),
      `${together.publishes} publishes at once: ${together.transactions} transactions, ${together.ms.toFixed(1)} ms`,
      ...judged.map(({ figure, measured, low, high, at_least, holds }) => {
        const wanted =
          at_least === undefined ? 'reported' : `at least ${at_least}: ${holds ? 'holds' : 'MISSED'}`;
        return `${figure}: ${measured.toFixed(1)} (${low.toFixed(1)}-${high.toFixed(1)} over ${rounds} rounds), ${wanted}`;
      }),
      '',
    ].join('\n');
  } finally {
    host.forgetLock();
  }
}
