// Owns how a refused argument is worded: the option's name first, then what was wrong, then what came.
// Must not know any particular option.

/** A value as error text: short, on one line, whatever it holds. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > 64 ? value.slice(0, 64) : value);
    return value.length > 64 ? `${text}… (${value.length} characters)` : text;
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'function') return 'a function';
  return String(value);
}

/** The error for a value of the wrong type. */
export function wrongType(option: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${option}: must be ${expected}, got ${shown(value)}`);
}

/** The error for a value of the right type that cannot be used. */
export function unusable(option: string, value: unknown, why: string): RangeError {
  return new RangeError(`${option}: ${shown(value)} ${why}`);
}
