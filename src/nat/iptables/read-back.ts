// Owns reading a network's intent out of the rules that stand: which ranges are translated, which ports lead where.
// Pure. Must not know sessions.
import type { StandingNat } from '../backend.js';
import type { Family } from '../family.js';
import type { PortIntent } from '../ports.js';
import { inwardChain, isContainerChain, networkChain } from './chains.js';
import { type Rule, readRule } from './rules.js';
import { type ParsedRules, type StandingRule, targetOf } from './standing.js';

/** Undefined where nothing of the network stands. */
export function readBack(
  network: string,
  { nat, filter }: ParsedRules,
  family: Family,
): StandingNat | undefined {
  const out = networkChain(network);
  const inward = inwardChain(network);
  if (![out, inward].some((chain) => nat.chains.has(chain) || filter.chains.has(chain))) return undefined;
  const rules = (chain: string) =>
    nat.rules
      .filter((rule) => rule.chain === chain)
      .flatMap((rule) => readRule(chain, rule.words, family) ?? []);
  const translated = rules(out)
    .filter(({ source, target }) => source !== undefined && target.kind !== 'return')
    .map(({ source }) => String(source));
  const ports = new Map<string, PortIntent[]>();
  for (const jump of nat.rules.filter((rule) => rule.chain === inward)) {
    const chain = targetOf(jump) ?? '';
    if (!isContainerChain(chain)) continue;
    for (const rule of rules(chain)) {
      if (rule.target.kind === 'return' && rule.protocol === undefined) break; // retired: nothing after it counts
      if (rule.target.kind !== 'dnat' || rule.protocol === undefined || rule.ports === undefined) continue;
      const led = ports.get(rule.target.to) ?? [];
      led.push(portOf(rule as Rule & Required<Pick<Rule, 'protocol' | 'ports'>>));
      ports.set(rule.target.to, led);
    }
  }
  return { translated, ports };
}

/** The port that a rule leads to; undefined for another rule. */
export function portIn({ chain, words }: StandingRule, family: Family): PortIntent | undefined {
  const rule = readRule(chain, words, family);
  if (rule?.target.kind !== 'dnat' || rule.protocol === undefined || rule.ports === undefined)
    return undefined;
  return portOf(rule as Rule & Required<Pick<Rule, 'protocol' | 'ports'>>);
}

function portOf({
  protocol,
  ports,
  destination,
  target,
}: Rule & Required<Pick<Rule, 'protocol' | 'ports'>>): PortIntent {
  const to = target.kind === 'dnat' ? target.ports : undefined;
  return {
    protocol,
    ...(typeof destination === 'string' && { hostAddress: destination.replace(/\/\d+$/, '') }),
    hostPort: ports.first,
    containerPort: to?.first ?? ports.first,
    range: ports.last - ports.first + 1,
  };
}
