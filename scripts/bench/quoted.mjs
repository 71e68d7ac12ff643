// Owns: which figures a document quotes, and whether a run that is kept has them, beside their peers. A quote is a link to the figure:
//
//     [1.2 ms](docs/benchmarks/attach.json#attach-cold/100/netplumb/p50_us)
//
// the scenario, N, the implementation, and the figure's path in its result. A time that is no such link is not allowed, but where a comment
// says where it is from, as far as the next heading: <!-- measured apart: how -->. It must not know where documents are.

/** @typedef {import('./report/json.mjs').Report} Report */
/** @typedef {{ name: string, report: Report }} Kept */

const QUOTE = /\[([^\]]*)\]\([^)\s]*benchmarks\/([\w-]+)\.json#([^)\s]+)\)/g;
const TIME =
  /(?<![\w.])\d[\d.,]*(?:-\d[\d.,]*)?\s?(?:µs|ms)\b|\d[\d.,]*\s?(?:×|times (?:as|faster|slower|quicker))/;
const APART = /<!-- measured apart: \S.*-->/;

/**
 * @param {string} text of a document
 * @param {readonly Kept[]} kept
 * @returns {string[]} what is wrong, each with its line
 */
export function checkQuotes(text, kept) {
  /** @type {string[]} */
  const wrong = [];
  let apart = false;
  let code = false;
  for (const [i, line] of text.split('\n').entries()) {
    const say = (/** @type {string} */ what) => wrong.push(`line ${i + 1}: ${what}`);
    if (line.startsWith('```')) code = !code;
    if (!code && line.startsWith('#')) apart = false;
    if (APART.test(line)) apart = true;
    for (const [, shown = '', name = '', path = ''] of line.matchAll(QUOTE)) {
      const reason = checkQuote(shown, path, kept.find((one) => one.name === name)?.report);
      if (reason !== undefined) say(`${shown} of ${name}.json#${path}: ${reason}`);
    }
    const time = TIME.exec(line.replace(QUOTE, ''));
    if (time !== null && !apart && !code) say(`${time[0].trim()} is quoted from nowhere`);
  }
  return wrong;
}

/** @param {string} shown @param {string} path @param {Report | undefined} report @returns {string | undefined} why not */
function checkQuote(shown, path, report) {
  if (report === undefined) return 'there is no such file';
  const [scenario, n, implementation, figure = ''] = path.split('/').map(decodeURIComponent);
  const peers = report.results.filter((row) => row.scenario === scenario && row.n === Number(n));
  const row = peers.find((one) => one.implementation === implementation);
  if (row === undefined) return 'there is no such result';
  if (peers.length < 2 && Object.keys(row.extra ?? {}).length === 0) return 'it has no peer in that run';
  const value = valueAt(row, figure.split('.'));
  if (typeof value !== 'number') return 'there is no such figure';
  const number = /\d[\d,]*(?:\.\d+)?/.exec(shown)?.[0].replaceAll(',', '');
  if (number === undefined) return 'there is no number in the text';
  const inMilliseconds = figure.endsWith('_us') && /\bms\b/.test(shown);
  const wanted = (inMilliseconds ? value / 1000 : value).toFixed(number.split('.')[1]?.length ?? 0);
  return number === wanted ? undefined : `it is ${wanted}`;
}

/** @param {unknown} at @param {readonly string[]} path @returns {unknown} */
function valueAt(at, path) {
  const [key, ...rest] = path;
  if (key === undefined) return at;
  return typeof at === 'object' && at !== null ? valueAt(Reflect.get(at, key), rest) : undefined;
}
