import { describe, expect, it } from 'vitest';
import { Echo } from '../../../src/nat/iptables/echo.js';

describe('a mark', () => {
  it('that is heard twice counts once, and is in no answer, wherever the second is cut', () => {
    for (let cut = 0; cut <= 40; cut++) {
      const echo = new Echo();
      const mark = echo.ask([''], false);
      const twice = mark + mark.slice(0, cut);
      expect(echo.hear(twice)).toBe(true);
      const next = echo.ask(['*nat\n-S\n'], true).split('\n').at(-2);
      expect(echo.hear(mark.slice(cut))).toBe(false);
      expect(echo.hear(`-N NAT\n${next}\n`)).toBe(true);
      expect(echo.answers).toEqual(['-N NAT\n']);
    }
  });

  it('that is heard while nothing is asked is in no answer either', () => {
    const echo = new Echo();
    const mark = echo.ask([''], false);
    expect(echo.hear(mark.slice(0, -1))).toBe(true);
    expect(echo.hear(`\n${mark.slice(0, 9)}`)).toBe(false);
    expect(echo.hear(mark.slice(9))).toBe(false);
    const [next] = echo.ask([''], true).split('\n');
    expect(echo.hear(`x\n${next}\n`)).toBe(true);
    expect(echo.answers).toEqual(['x\n']);
  });
});
