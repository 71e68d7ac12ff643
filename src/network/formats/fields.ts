// Owns the grammar of a label, whatever it says: a version, then `key=value` words with percent-encoded values.
// Must not know which keys there are.

/** IFALIASZ less its NUL (linux/if.h). */
export const MAX_LABEL_BYTES = 255;

/** Keys with their values as they stand in the text, still encoded, in order. */
export type Fields = ReadonlyMap<string, string>;

export type ParsedFields =
  | { readonly kind: 'fields'; readonly fields: Fields }
  /** Ours, in another major version. */
  | { readonly kind: 'newer'; readonly version: string }
  /** Ours, but not written by these rules. */
  | { readonly kind: 'damaged'; readonly reason: string };

const key = /^[A-Za-z][A-Za-z0-9_.-]*$/;
const rawValue = /^[!-~]*$/;

/** Encodes all but letters, digits and `- _ . ! ~ * ' ( ) / : ,`. @throws {RangeError} for text that is not well-formed Unicode */
export function encodeValue(text: string): string {
  try {
    return encodeURIComponent(text).replace(/%(?:2F|3A|2C)/g, decodeURIComponent);
  } catch {
    throw new RangeError(`label: ${JSON.stringify(text)} is not well-formed text`);
  }
}

/** A list: items joined by commas, commas within an item encoded. */
export function encodeList(items: readonly string[]): string {
  return items.map((item) => encodeValue(item).replaceAll(',', '%2C')).join(',');
}

/** The value, or undefined where its encoding is broken. */
export function decodeValue(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/** The items of a list; undefined where one is empty or its encoding is broken. */
export function decodeList(raw: string): string[] | undefined {
  const items = raw.split(',').map(decodeValue);
  return items.every((item): item is string => item !== undefined && item !== '') ? items : undefined;
}

/** Version, then the words, however long. @throws {RangeError} when a word would not be one word */
export function formatFields(fields: Iterable<readonly [string, string]>): string {
  const words = ['netplumb/1'];
  for (const [name, raw] of fields) {
    if (!key.test(name) || !rawValue.test(raw))
      throw new RangeError(`label: cannot hold ${JSON.stringify(`${name}=${raw}`)}`);
    words.push(`${name}=${raw}`);
  }
  return words.join(' ');
}

/** Undefined for an alias that is not a label at all. */
export function parseFields(alias: string): ParsedFields | undefined {
  const version = /^netplumb\/(\d+)(?= |$)/.exec(alias)?.[1];
  if (version === undefined) return undefined;
  if (version !== '1') return { kind: 'newer', version };
  const fields = new Map<string, string>();
  for (const word of alias.split(' ').slice(1)) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0));
    const raw = word.slice(equals + 1);
    if (!key.test(name) || !rawValue.test(raw))
      return { kind: 'damaged', reason: `${JSON.stringify(word)} is not key=value` };
    if (fields.has(name)) return { kind: 'damaged', reason: `${name} stands twice` };
    fields.set(name, raw);
  }
  return { kind: 'fields', fields };
}
