// `netplumb graph`: a host's networks as a picture.
import { writeFile } from 'node:fs/promises';
import { shellWord } from '../shell-word.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { diagramOf } from './graph/diagram.js';
import { type Drawing, gathered } from './graph/gathered.js';
import { drawMermaid } from './graph/mermaid.js';
import { drawText } from './graph/text.js';
import { readTopology } from './graph/topology.js';
import { withHost } from './host.js';
import type { CommonOptions, GRAPH_FORMATS } from './options.js';
import { Output } from './output.js';

export interface GraphOptions extends CommonOptions {
  readonly format: (typeof GRAPH_FORMATS)[number];
  /** Each container, however many there are. */
  readonly all?: boolean;
  /** A file instead of stdout. */
  readonly output?: string;
}

const draw: Readonly<Record<GraphOptions['format'], (drawing: Drawing) => string | Promise<string>>> = {
  text: drawText,
  mermaid: (drawing) => drawMermaid(diagramOf(drawing)),
  svg: async (drawing) => (await import('./graph/svg.js')).drawSvg(diagramOf(drawing)),
};

/** Draws all networks of a host, or the one named; a name nobody has is a failure. */
export function graph(name: string | undefined, options: GraphOptions): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  return withHost(options.host, async (host) => {
    const topology = await explainer.step(
      () => shellLines(name),
      () => readTopology(host, name),
    );
    if (topology !== undefined) {
      output.data(topology);
      const drawing = options.all ? topology : gathered(topology);
      if (!output.json) await show(await draw[options.format](drawing), options.output, output);
    }
    explainer.finish();
    return EXIT_OK;
  });
}

async function show(picture: string, file: string | undefined, output: Output): Promise<void> {
  if (file === undefined) output.line(picture.trimEnd());
  else await writeFile(file, `${picture.trimEnd()}\n`);
}

function shellLines(name: string | undefined): string[] {
  const ports = name === undefined ? ['type', 'veth'] : ['master', shellWord(name)];
  return [
    `ip -d link show ${name === undefined ? 'type bridge' : `dev ${shellWord(name)}`}`,
    `ip -d link show ${ports.join(' ')}`,
    'ip address show',
    'ip route show default',
    'ip -6 route show default',
  ];
}
