// A diagram in Mermaid's words, for documents that draw it: a flowchart whose text is quoted and escaped.
import type { Diagram, DiagramNode, Shape } from './diagram.js';

/** What stands around a node's text. */
const brackets: Readonly<Record<Shape, readonly [string, string]>> = {
  internet: ['((', '))'],
  uplink: ['([', '])'],
  bridge: ['{{', '}}'],
  container: ['[', ']'],
  pool: ['[', ']'],
};

export function drawMermaid({ host, outside, onHost, containers, edges }: Diagram): string {
  return [
    'flowchart LR',
    ...outside.map((node) => `  ${nodeText(node)}`),
    `  subgraph host [${quoted([host])}]`,
    ...onHost.map((node) => `    ${nodeText(node)}`),
    '  end',
    ...containers.map((node) => `  ${nodeText(node)}`),
    ...edges.map(({ from, to, label }) => `  ${from} ---${label === '' ? '' : `|${quoted([label])}|`} ${to}`),
  ].join('\n');
}

function nodeText({ id, shape, lines }: DiagramNode): string {
  const [open, close] = brackets[shape];
  return `${id}${open}${quoted(lines)}${close}`;
}

/** Mermaid knows entities by name or number, after a number sign. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => line.replace(/["#<>&\p{Cc}]/gu, (char) => `#${char.codePointAt(0)};`));
  return `"${escaped.join('<br/>')}"`;
}
