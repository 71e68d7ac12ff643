// A topology as a tree of lines, for terminals and mails.
import { type Drawing, type DrawnNetwork, furtherLines } from './gathered.js';
import type { UplinkNode } from './topology.js';

interface Branch {
  readonly text: string;
  readonly branches?: readonly Branch[];
}

export function drawText({ host, uplinks, networks }: Drawing): string {
  const branches = [...uplinks.map(uplinkBranch), ...networks.map(networkBranch)];
  return [host, ...linesOf(branches, '')].join('\n');
}

function uplinkBranch({ name, addresses, gateways }: UplinkNode): Branch {
  const way = gateways.length > 0 ? `default via ${gateways.join(', ')}` : 'default';
  return { text: words([`▲ ${name}`, ...addresses, `(${way})`]) };
}

function networkBranch({ name, addresses, nat, containers, further, pooled }: DrawnNetwork): Branch {
  const branches = containers.map((container) => ({
    text: words([container.name, ...container.addresses, `(${container.hostLink})`]),
  }));
  const more = further === undefined ? [] : [{ text: words(['…', ...furtherLines(further)]) }];
  const ready = pooled > 0 ? [{ text: `${pooled} ready in pools` }] : [];
  const masquerade = nat === 'none' ? 'no NAT' : `NAT by ${nat}`;
  return {
    text: words([name, ...addresses, `(bridge, ${masquerade})`]),
    branches: [...branches, ...more, ...ready],
  };
}

const words = (parts: readonly string[]) => parts.join('  ');

function linesOf(branches: readonly Branch[], indent: string): string[] {
  return branches.flatMap(({ text, branches: below = [] }, place) => {
    const last = place === branches.length - 1;
    const [corner, stem] = last ? ['└── ', '    '] : ['├── ', '│   '];
    return [`${indent}${corner}${text}`, ...linesOf(below, `${indent}${stem}`)];
  });
}
