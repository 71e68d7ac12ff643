// Owns: where the figures of a checkout are kept, and the page that is made of them. It must not know what is in either.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeReport } from './report/json.mjs';
import { renderPage } from './report/page.mjs';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const FOLDER = `${DOCS}benchmarks/`;
const PAGE = `${DOCS}benchmarks.md`;

/** @throws {Error} in an installed package, which has no documents */
export function requireDocs() {
  if (!existsSync(DOCS)) throw new Error(`there is no ${DOCS}: documents are drawn in a checkout`);
}

/** @param {string} name of the suite or scenario @param {import('./report/json.mjs').Report} report */
export async function keep(name, report) {
  mkdirSync(FOLDER, { recursive: true });
  writeReport(`${FOLDER}${name}.json`, report);
  await draw();
}

/** What is kept, by name. @returns {{ name: string, report: import('./report/json.mjs').Report }[]} */
export function keptReports() {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.json'.length),
      report: JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')),
    }));
}

/** Writes the page again. */
export async function draw() {
  writeFileSync(PAGE, renderPage(keptReports()));
}
