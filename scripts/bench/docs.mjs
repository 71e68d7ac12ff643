// Owns: where the figures of a checkout are kept, and the page that is made of them. It must not know what is in either.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkQuotes } from './quoted.mjs';
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
  for (const file of existsSync(FOLDER) ? readdirSync(FOLDER) : [])
    if (file.endsWith('.svg')) rmSync(`${FOLDER}${file}`);
  for (const { name, report } of kept) {
    for (const picture of await draw(picturesOf(report)))
      writeFileSync(`${FOLDER}${fileOf(name, picture)}`, picture.svg);
  }
  writeFileSync(PAGE, pageOf(kept));
}

/** The page with its pictures in their places. @param {ReturnType<typeof keptReports>} kept */
function pageOf(kept) {
  return renderPage(kept, (name, part) => {
    const report = kept.find((one) => one.name === name)?.report;
    const pictures = report === undefined ? [] : picturesOf(report);
    return pictures
      .filter(({ parts }) => parts.at(-1) === part) // a curve over several stands behind the last
      .flatMap((picture) => [`![${picture.title}](benchmarks/${fileOf(name, picture)})`, '']);
  });
}

/** What is wrong with the documents: figures that no kept run has, and a page that was not drawn from them. @returns {string[]} */
export function checkDocs() {
  const kept = keptReports();
  const documents = ['../README.md', ...readdirSync(DOCS).filter((file) => file.endsWith('.md'))];
  const wrong = documents
    .filter((file) => `${DOCS}${file}` !== PAGE)
    .flatMap((file) => {
      const name = file === '../README.md' ? 'README.md' : `docs/${file}`;
      return checkQuotes(readFileSync(`${DOCS}${file}`, 'utf8'), kept).map((what) => `${name}, ${what}`);
    });
  const drawn = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  if (kept.length > 0 && drawn !== pageOf(kept))
    wrong.push('docs/benchmarks.md is not what the figures beside it give: npm run bench -- --draw');
  return wrong;
}

/** @param {string} name @param {{ name: string }} picture */
const fileOf = (name, picture) => `${name}-${picture.name}.svg`;
