// Owns which transactions that wait can go as one, and how one is made of them.
// Pure. Must not know processes or promises.

/** More would hold the xtables lock for long, and be tried one by one if one of them is bad. */
const mostTransactions = 256;
const mostBytes = 256 * 1_024;

/**
 * How many of the first transactions go together: blocks of the same table, for of two tables one may be refused when the other stands.
 * At least one where there is any.
 */
export function howMany(
  waiting: readonly { readonly blocks: readonly string[]; readonly keep: boolean }[],
): number {
  const table = tableOf(waiting[0]);
  if (table === undefined) return Math.min(waiting.length, 1);
  let bytes = 0;
  let count = 0;
  for (const one of waiting) {
    bytes += one.blocks[0]?.length ?? 0;
    if (tableOf(one) !== table || count === mostTransactions || (count > 0 && bytes > mostBytes)) break;
    count++;
  }
  return count;
}

function tableOf(
  one: { readonly blocks: readonly string[]; readonly keep: boolean } | undefined,
): string | undefined {
  const [block, second] = one?.blocks ?? [];
  if (one?.keep !== false || block === undefined || second !== undefined) return undefined;
  return block.slice(0, block.indexOf('\n'));
}

/** One block of several of the same table: applied all, or none. */
export function mergeBlocks(blocks: readonly string[]): string {
  const [first = ''] = blocks;
  const head = first.slice(0, first.indexOf('\n') + 1);
  const tail = 'COMMIT\n';
  return head + blocks.map((block) => block.slice(head.length, -tail.length)).join('') + tail;
}
