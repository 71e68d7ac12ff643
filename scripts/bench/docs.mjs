// Owns: where the figures of a checkout are kept, and the page that is made of them. It must not know what is in either.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { draw } from './report/draw.mjs';
import { writeReport } from './report/json.mjs';
import { renderPage } from './report/page.mjs';
import { picturesOf } from './report/pictures.mjs';

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
  await drawDocs();
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

/** Writes the page again, and its pictures. */
export async function drawDocs() {
  const kept = keptReports();
  for (const file of readdirSync(FOLDER)) if (file.endsWith('.svg')) rmSync(`${FOLDER}${file}`);
  /** @type {Map<string, Awaited<ReturnType<typeof draw>>>} */
  const drawn = new Map();
  for (const { name, report } of kept) {
    const pictures = await draw(picturesOf(report));
    drawn.set(name, pictures);
    for (const picture of pictures) writeFileSync(`${FOLDER}${fileOf(name, picture)}`, picture.svg);
  }
  const shown = (/** @type {string} */ name, /** @type {import('./report/json.mjs').PartReport} */ part) =>
    (drawn.get(name) ?? [])
      .filter(({ parts }) => parts.at(-1) === part) // a curve over several stands behind the last
      .flatMap((picture) => [`![${picture.title}](benchmarks/${fileOf(name, picture)})`, '']);
  writeFileSync(PAGE, renderPage(kept, shown));
}

/** @param {string} name @param {{ name: string }} picture */
const fileOf = (name, picture) => `${name}-${picture.name}.svg`;
