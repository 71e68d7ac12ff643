#!/usr/bin/env node
// The command's entry: parses, runs one command, turns what happened into one line on stderr and an exit code.
// Which commands there are is program.ts's business; how an error reads is failure.ts's.
import { CommanderError } from 'commander';
import { EXIT_OK, EXIT_USAGE, exitCodeOf, failureLine } from './failure.js';
import { createProgram } from './program.js';

// `netplumb ls | head -1`: the reader left, which is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createProgram((exitCode) => {
    process.exitCode = exitCode;
  }).parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // commander has printed its own message by now; anything but help and version is a usage error
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  process.stderr.write(`netplumb: ${failureLine(error)}\n`);
  return exitCodeOf(error);
}
