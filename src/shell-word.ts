// Owns how a word is written so that a shell reads it back as it was.
// Must not know what the word means, nor what others quote for: iptables-restore's text is nat/iptables/words.ts's.

/** A word as a POSIX shell reads it back; zsh would look a leading `=` up. */
export function shellWord(word: string): string {
  return /^(?!=)[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
