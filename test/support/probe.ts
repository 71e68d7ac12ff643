// Skips a test whose kernel feature this kernel lacks, and says so: `npm test` counts skips and prints their reasons.
// Only for what kernels lack. A missing program or privilege is a failure, not a skip.
import type { TestContext } from 'vitest';
import { createHost, type Host } from './host.js';

declare module 'vitest' {
  interface TaskMeta {
    /** Read by scripts/test/totals.mjs. */
    skipReason?: string;
  }
}

let scratch: Host | undefined;
const answers = new Map<string, boolean>();

/** Asks once per file. */
function probe(feature: string, ask: (host: Host) => boolean): boolean {
  let answer = answers.get(feature);
  if (answer === undefined) {
    scratch ??= createHost('probe');
    answer = ask(scratch);
    answers.set(feature, answer);
  }
  return answer;
}

/** Ends the running test as skipped, with the reason in the report. */
function skip(context: TestContext, reason: string): never {
  context.task.meta.skipReason = reason;
  return context.skip(reason);
}

/** Whether the kernel can make links of this kind. */
export function hasLinkKind(kind: string): boolean {
  return probe(`kind ${kind}`, (host) => {
    const { stderr } = host.attempt('ip', 'link', 'add', 'name', 'probe0', 'type', kind);
    host.attempt('ip', 'link', 'delete', 'probe0');
    return !/Unknown device type|Operation not supported/.test(stderr);
  });
}

/** The test needs links of this kind. */
export function needsLinkKind(context: TestContext, kind: string): void {
  if (!hasLinkKind(kind)) skip(context, `this kernel has no link kind ${kind}`);
}

/** Whether bridges of this kernel can filter by VLAN. */
export function hasBridgeVlanFiltering(): boolean {
  return probe('bridge vlan_filtering', (host) => {
    const { status } = host.attempt('ip', 'link', 'add', 'probe0', 'type', 'bridge', 'vlan_filtering', '1');
    host.attempt('ip', 'link', 'delete', 'probe0');
    return status === 0;
  });
}

/** The test needs a bridge that can filter by VLAN. */
export function needsBridgeVlanFiltering(context: TestContext): void {
  if (!hasBridgeVlanFiltering()) skip(context, 'this kernel has no bridge VLAN filtering');
}

/** The test needs this variant of iptables to work in the kernel. */
export function needsIptables(context: TestContext, variant: 'nft' | 'legacy'): void {
  const works = probe(
    `iptables-${variant}`,
    (host) => host.attempt(`iptables-${variant}`, '-t', 'nat', '-S').status === 0,
  );
  if (!works) skip(context, `this kernel cannot do iptables-${variant}`);
}

/** The test needs what `ask` finds; `what` completes "this kernel has no …". */
export function needsKernel(context: TestContext, what: string, ask: (host: Host) => boolean): void {
  if (!probe(what, ask)) skip(context, `this kernel has no ${what}`);
}
