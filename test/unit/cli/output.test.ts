// Who reads decides what is printed: a person, a pipe, or a program that asked for JSON.
import { describe, expect, it } from 'vitest';
import { Output, type OutputOptions, type Sink } from '../../../src/cli/output.js';

class Page implements Sink {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

function outputTo(sink: Page, options: OutputOptions = {}): Output {
  return new Output({ environment: {}, ...options, sink });
}

const ESCAPE = '\u001b[';

describe('on a pipe', () => {
  it('prints rows tab-separated, without a head, with - for nothing', async () => {
    const page = new Page();
    await outputTo(page).table(
      ['NETWORK', 'CONTAINER'],
      [
        ['br0', ''],
        ['br1', 'container1'],
      ],
    );
    expect(page.text).toBe('br0\t-\nbr1\tcontainer1\n');
  });

  it('has no colour', () => {
    expect(outputTo(new Page()).color.red('x')).toBe('x');
  });
});

describe('on a terminal', () => {
  it('prints a table with a head in columns', async () => {
    const page = new Page(true);
    await outputTo(page, { environment: { NO_COLOR: '1' } }).table(
      ['NETWORK', 'NAT'],
      [
        ['br0', 'iptables'],
        ['longer-name', 'none'],
      ],
    );
    const lines = page.text
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
    expect(lines).toHaveLength(3);
    expect(new Set(lines.map((line) => line.search(/NAT|iptables|none/))).size).toBe(1);
    expect(page.text).not.toContain(ESCAPE);
  });

  it('has colour', () => {
    expect(outputTo(new Page(true)).color.red('x')).toContain(ESCAPE);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has no colour with %o', (environment) => {
    expect(outputTo(new Page(true), { environment }).color.red('x')).toBe('x');
  });
});

describe('for a program that asked for JSON', () => {
  it('prints the data and nothing else on its sink', async () => {
    const page = new Page(true);
    const aside = new Page();
    const output = outputTo(page, { json: true, aside });
    output.line('for people');
    output.note('ip link add br0 type bridge');
    await output.table(['A'], [['b']]);
    output.data([{ name: 'br0' }]);
    expect(JSON.parse(page.text)).toEqual([{ name: 'br0' }]);
    expect(aside.text).toBe('ip link add br0 type bridge\n');
  });
});
