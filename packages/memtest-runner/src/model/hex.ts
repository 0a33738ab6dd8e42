// 64-bit numbers as hexadecimal text.

/** @example hex(255n) // '0xff' */
export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** The bits in which two hexadecimal numbers differ. */
export function xorOf(expected: string, actual: string): string {
  return hex(BigInt(expected) ^ BigInt(actual));
}
