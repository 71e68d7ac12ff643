// What a suite says of itself in the end, how much it compared: `npm test` repeats it just before its totals.
import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Read by scripts/test/totals.mjs. */
    closing?: readonly string[];
  }
}

/** Prints the lines now and again at the end of `npm test`. */
export function close(context: TestContext, ...lines: readonly string[]): void {
  console.log(lines.join('\n'));
  context.task.meta.closing = [...(context.task.meta.closing ?? []), ...lines];
}
