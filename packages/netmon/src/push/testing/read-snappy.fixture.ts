// Reads what the encoder wrote, straight from the description of the format: every kind of tag, not only those we write.

export function readSnappy(input: Uint8Array): Uint8Array {
  let at = 0;
  const byte = () => input[at++] ?? fail('ends too early');
  const little = (bytes: number) => {
    let value = 0;
    for (let shift = 0; shift < bytes; shift++) value += byte() * 2 ** (8 * shift);
    return value;
  };
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const next = byte();
    length += (next & 0x7f) * 2 ** shift;
    if (next < 0x80) break;
  }
  const output: number[] = [];
  while (at < input.length) {
    const tag = byte();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >>> 2;
      const count = (short < 60 ? short : little(short - 59)) + 1;
      for (let left = count; left > 0; left--) output.push(byte());
      continue;
    }
    const [count, offset] =
      kind === 1
        ? [((tag >>> 2) & 7) + 4, (tag >>> 5) * 256 + byte()]
        : [(tag >>> 2) + 1, little(kind === 2 ? 2 : 4)];
    if (offset === 0 || offset > output.length) fail(`copies from ${offset} before ${output.length}`);
    for (let left = count; left > 0; left--) output.push(output[output.length - offset] ?? 0);
  }
  if (output.length !== length) fail(`${output.length} bytes instead of ${length}`);
  return Uint8Array.from(output);
}

function fail(why: string): never {
  throw new RangeError(why);
}
