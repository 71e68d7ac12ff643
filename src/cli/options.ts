// Owns the options several commands share and how option values are read.
// Knows no command.
import { InvalidArgumentError, Option } from 'commander';

/** Options most commands share, as commander hands them over. */
export interface CommonOptions {
  readonly host?: string;
  readonly json?: boolean;
  readonly explain?: boolean;
  readonly dryRun?: boolean;
}

/** What `graph` draws. */
export const GRAPH_FORMATS = ['text', 'mermaid', 'svg'] as const;

export function hostOption(): Option {
  const description = 'act in this network namespace: a name below /run/netns, or a path';
  return new Option('--host <namespace>', description).argParser(nonEmpty);
}

export function jsonOption(): Option {
  return new Option('--json', 'print the result as JSON');
}

/** `--explain` and `--dry-run`. */
export function explainOptions(): Option[] {
  return [
    new Option('--explain', 'print the equivalent shell line of each operation before doing it'),
    new Option('--dry-run', 'print the equivalent shell lines and do nothing'),
  ];
}

/** A repeated option gathers its values, so that the library sees, and can refuse, more than it takes. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

export function nonEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It is empty.');
  return value;
}

/** Reads decimal digits only: `1e3`, `0x10` and `1.0` are typing errors here. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A whole number from ${least} to ${most} is needed.`);
  };
}
