// Owns: where the library is not first, and where a figure is not to be trusted. It must not know how it is shown.

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./figures.mjs').Figures} Figures */

/**
 * @typedef {object} Defeat
 * @property {string} scenario
 * @property {number} n
 * @property {string} rival
 * @property {'p50' | 'p99'} figure
 * @property {number} ratio the rival's to the library's, below 1
 * @property {string | undefined} ours another way of the library that is no slower than the rival
 * @property {boolean} certain whether the interval of confidence lies below 1 as a whole
 */

const JUDGED = /** @type {const} */ (['p50', 'p99']);

/** @param {Report} report @returns {Defeat[]} */
export function defeatsIn({ parts, results }) {
  return parts.flatMap((part) => {
    const rivals = results.filter(
      ({ scenario, n, implementation }) =>
        scenario === part.scenario && n === part.n && part.implementations[implementation]?.role === 'rival',
    );
    return rivals.flatMap(({ implementation: rival, to_netplumb }) =>
      JUDGED.flatMap((figure) => {
        const interval = to_netplumb?.[figure];
        if (interval === undefined || interval.median >= 1) return [];
        const { scenario, n } = part;
        const ours = results.find(
          (row) =>
            row.scenario === scenario &&
            row.n === n &&
            part.implementations[row.implementation]?.role === 'ours' &&
            (row.to_netplumb?.[figure].median ?? Number.POSITIVE_INFINITY) <= interval.median,
        )?.implementation;
        return [{ scenario, n, rival, figure, ours, ratio: interval.median, certain: interval.high < 1 }];
      }),
    );
  });
}

/** Those whose ratios do not hold still. @param {Report} report @returns {{ scenario: string, n: number, implementations: string[] }[]} */
export function noisyIn({ parts, results }) {
  return parts.flatMap(({ scenario, n }) => {
    const noisy = results.filter((row) => row.scenario === scenario && row.n === n && row.to_netplumb?.noisy);
    return noisy.length === 0
      ? []
      : [{ scenario, n, implementations: noisy.map((row) => row.implementation) }];
  });
}

/** The first lines of every report. @param {Report} report @returns {string[]} */
export function standingLines(report) {
  const defeats = defeatsIn(report);
  const noisy = noisyIn(report);
  const compared = report.results.some(({ to_netplumb }) => to_netplumb !== null);
  if (!compared) return [];
  return [
    ...(defeats.length === 0
      ? ['netplumb is first against every rival in each scenario, at p50 and at p99.']
      : defeats.map(
          ({ scenario, n, rival, figure, ratio, ours, certain }) =>
            `netplumb is NOT first in ${scenario}, N = ${n}: ${rival} takes ${ratio.toFixed(2)} of its ${figure}${certain ? '' : ', which may be chance'}${ours === undefined ? '' : `; ${ours} is no slower`}.`,
        )),
    ...noisy.map(
      ({ scenario, n, implementations }) =>
        `noisy: ${scenario}, N = ${n}: halves of the run differ by more than 15 % for ${implementations.join(', ')}.`,
    ),
  ];
}
