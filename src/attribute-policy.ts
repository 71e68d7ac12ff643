// What the kernel allows for an attribute, as it tells it together with a refusal, and in words. Knows no particular attribute.

/** What the kernel would have taken in place of a value it refused. What it does not limit is absent. */
export interface AttributePolicy {
  /** The attribute's type on the wire: `u8` to `u64`, `s8` to `s64`, `uint`, `sint`, `text`, `bytes`, `flag`, `nested`, `bitfield32`, … */
  readonly type: string;
  /** The least and the greatest number; a bigint for the types of 64 bits. */
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  /** The least and the greatest length, in bytes. */
  readonly minimumLength?: number;
  readonly maximumLength?: number;
  /** The bits that may be set; a bigint for the types of 64 bits. */
  readonly mask?: number | bigint;
}

/** `must be 1 to 4094`; undefined where the policy allows all that the type can say. */
export function policyInWords(policy: AttributePolicy): string | undefined {
  const [least, greatest] = valuesOf(policy.type);
  const value = range(unless(policy.minimum, least), unless(policy.maximum, greatest));
  const length = range(unless(policy.minimumLength, 0n), policy.maximumLength);
  const limits = [
    value,
    length && `${length} bytes long`,
    policy.mask === undefined ? undefined : `of the bits 0x${policy.mask.toString(16)} only`,
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : `must be ${limits.join(' and ')}`;
}

type Limit = number | bigint | undefined;

function unless(limit: Limit, natural: bigint | undefined): Limit {
  return limit !== undefined && BigInt(limit) === natural ? undefined : limit;
}

function range(least: Limit, greatest: Limit): string | undefined {
  if (least === undefined) return greatest === undefined ? undefined : `at most ${greatest}`;
  if (greatest === undefined) return `at least ${least}`;
  return least === greatest ? `${least}` : `${least} to ${greatest}`;
}

/** The least and the greatest number of a type: the kernel sends those too. */
function valuesOf(type: string): [bigint?, bigint?] {
  const match = /^([us])(8|16|32|64|int)$/.exec(type);
  if (!match) return [];
  const bits = match[2] === 'int' ? 64n : BigInt(match[2] as string);
  return match[1] === 'u' ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}
