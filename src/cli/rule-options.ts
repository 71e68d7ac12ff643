// Owns the options of `up` that say what a network's rules do beside the default. Which are risky is docs/nat.md's.
import { Option } from 'commander';
import type { NetworkOptions } from '../index.js';
import { collect } from './options.js';

/** As commander hands them over. */
export interface RuleFlags {
  readonly sourceAddress?: readonly string[];
  readonly natExclude?: readonly string[];
  readonly randomFully?: boolean;
  readonly nat6?: 'masquerade' | 'plain';
  readonly openRouted?: boolean;
  readonly openAnyDestination?: boolean;
  readonly openFrom?: readonly string[];
}

const repeated = (flags: string, description: string) =>
  new Option(flags, `${description}; may be repeated`).argParser(collect);

export function ruleOptions(): Option[] {
  return [
    repeated('--source-address <address>', "what leaves has this address, not the host's own"),
    repeated('--nat-exclude <cidr>', 'towards there containers keep their addresses'),
    new Option('--random-fully', 'source ports chosen at random'),
    new Option('--nat6 <how>', 'how ranges of IPv6 leave (default: masquerade for fc00::/7)').choices([
      'masquerade',
      'plain',
    ]),
    new Option('--open-routed', 'unpublished ports answer whoever routes to them'),
    new Option('--open-any-destination', 'published ports take what is for other hosts, too'),
    repeated('--open-from <network>', 'containers of that network reach these directly'),
  ];
}

/** What is not given is left out; undefined where nothing is. */
export function toRules(flags: RuleFlags): NetworkOptions['rules'] {
  const { sourceAddress, natExclude, randomFully, nat6, openRouted, openAnyDestination, openFrom } = flags;
  const open = {
    ...(openRouted !== undefined && { routed: openRouted }),
    ...(openAnyDestination !== undefined && { anyDestination: openAnyDestination }),
    ...(openFrom !== undefined && { from: openFrom }),
  };
  const rules = {
    ...(sourceAddress !== undefined && { sourceAddresses: sourceAddress }),
    ...(natExclude !== undefined && { exclude: natExclude }),
    ...(randomFully !== undefined && { randomFully }),
    ...(nat6 !== undefined && { ipv6: nat6 }),
    ...(Object.keys(open).length > 0 && { open }),
  };
  return Object.keys(rules).length > 0 ? rules : undefined;
}
