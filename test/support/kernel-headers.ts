// Reads constants and struct layouts out of the machine's kernel headers, so that tables can be compared with what they were
// written from. Understands just enough C for include/uapi: enums, #define of a number, structs of fixed-width fields.

import { existsSync, readFileSync } from 'node:fs';

export interface Struct {
  readonly size: number;
  readonly alignment: number;
  /** Field names by offset in bytes. */
  readonly fields: ReadonlyMap<string, number>;
}

export interface Headers {
  /** Enumerators and macros that are plain numbers. */
  readonly constants: ReadonlyMap<string, number>;
  readonly structs: ReadonlyMap<string, Struct>;
}

/** Reads what exists of the paths; where a header stands depends on the machine's architecture. */
export function readHeaders(paths: readonly string[]): Headers {
  const text = paths
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/.*$/gm, ' ')
    .replace(/\\\n/g, ' ');
  const constants = new Map<string, number>();
  readMacros(text, constants);
  const code = text.replace(/^[ \t]*#.*$/gm, '');
  for (const [, body = ''] of code.matchAll(/\benum\b\s*\w*\s*\{([^}]*)\}/g))
    readEnumerators(body, constants);
  readMacros(text, constants); // again: some are made of enumerators
  const structs = new Map<string, Struct>();
  const bodies = readBodies(text);
  for (const [, name = '', body = ''] of code.matchAll(/\bstruct\s+(\w+)\s*\{([^{}]*)\}/g)) {
    const struct = layOut(
      body.replace(/^\s*(\w+);/gm, (line, macro: string) => `${bodies.get(macro) ?? line};`),
      structs,
    );
    if (struct) structs.set(name, struct);
  }
  return { constants, structs };
}

function readMacros(text: string, constants: Map<string, number>): void {
  for (const [, name = '', expression = ''] of text.matchAll(
    /^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(.+)$/gm,
  )) {
    const value = evaluate(expression, constants);
    if (value !== undefined && !constants.has(name)) constants.set(name, value);
  }
}

/** Macros that stand for some fields of a struct. */
function readBodies(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(__u32\b.*;.*)$/gm);
  return new Map([...found].map(([, name = '', body = '']) => [name, body]));
}

function readEnumerators(body: string, constants: Map<string, number>): void {
  let next = 0;
  for (const enumerator of body.split(',')) {
    const [, name, expression] = /^\s*(\w+)\s*(?:=\s*([\s\S]+))?$/.exec(enumerator) ?? [];
    if (name === undefined) continue;
    const value = expression === undefined ? next : evaluate(expression, constants);
    if (value === undefined) return;
    constants.set(name, value);
    next = value + 1;
  }
}

/** A number, another constant, or a shift of numbers; anything else is not for tables. */
function evaluate(expression: string, constants: ReadonlyMap<string, number>): number | undefined {
  const [, left = '', right] = /^\s*\(*\s*(\w+)\s*(?:<<\s*(\w+)\s*)?\)*\s*$/.exec(expression) ?? [];
  const [value, shift] = [left, right ?? '0'].map((term) => {
    const digits = /^(0x[\da-f]+|\d+)[ul]*$/i.exec(term)?.[1];
    return digits === undefined ? constants.get(term) : Number(digits);
  });
  return value === undefined || shift === undefined ? undefined : value * 2 ** shift;
}

const widths: Readonly<Record<string, number>> = {
  __u8: 1,
  'unsigned char': 1,
  __u16: 2,
  __be16: 2,
  __be32: 4,
  'unsigned short': 2,
  short: 2,
  __u32: 4,
  __s32: 4,
  unsigned: 4,
  'unsigned int': 4,
  int: 4,
  __u64: 8,
};

/** As the compiler would: every field at a multiple of its width. */
function layOut(body: string, structs: ReadonlyMap<string, Struct>): Struct | undefined {
  const fields = new Map<string, number>();
  let offset = 0;
  let alignment = 1;
  for (const declaration of body.split(';')) {
    if (declaration.trim() === '') continue;
    const [, type = '', name = '', open] =
      /^\s*((?:unsigned\s+|struct\s+)?\w+)\s+(\w+)(\[\])?\s*$/.exec(declaration) ?? [];
    const inner = structs.get(/^struct\s+(\w+)$/.exec(type)?.[1] ?? '');
    const width = inner?.size ?? widths[type.replace(/\s+/g, ' ')];
    if (width === undefined) return undefined;
    const own = inner?.alignment ?? width;
    offset = Math.ceil(offset / own) * own;
    fields.set(name, offset);
    if (open === undefined) offset += width;
    alignment = Math.max(alignment, own);
  }
  return { size: Math.ceil(offset / alignment) * alignment, alignment, fields };
}
