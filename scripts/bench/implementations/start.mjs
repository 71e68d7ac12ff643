// Owns: how long it takes to start a process that loads a library: the commands for it, and the process that loads none.
import { nodeCommands, programPath } from './programs.mjs';

/** @param {readonly string[]} command that ends by itself @returns {import('./implementation.mjs').Implementation['commands']} */
export const startCommands = (command) =>
  nodeCommands('start', ['import'], { NETPLUMB_BENCH_START: JSON.stringify(command) });

/** @param {string} program in programs/ */
export const loadCommands = (program) => startCommands([process.execPath, programPath(program)]);

/** @type {import('./implementation.mjs').Implementation} */
export const nodeAlone = {
  name: 'node-alone',
  role: 'floor',
  description: 'Node, which loads an empty module',
  bridge: 'own',
  prepare: async () => process.version,
  commands: loadCommands('nothing.mjs'),
};
