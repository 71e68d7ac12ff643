// Words as a shell reads them back.
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/shell-word.js';

describe('quoting for a shell', () => {
  it.each([
    ['plain-1.2/3', 'plain-1.2/3'],
    ['two words', "'two words'"],
    ["it's", "'it'\\''s'"],
    ['$HOME', "'$HOME'"],
    ['=ls', "'=ls'"],
    ['', "''"],
  ])('%j becomes %s', (word, quoted) => {
    expect(shellWord(word)).toBe(quoted);
  });
});
