// Positions drawn at random, each at most once (Robert Floyd's sampling: as many draws as positions).

/** @param count less than `size` */
export function drawPositions(count: number, size: bigint, random: () => number): bigint[] {
  const drawn = new Set<bigint>();
  for (let top = size - BigInt(count); top < size; top++) {
    const position = randomBelow(top + 1n, random);
    drawn.add(drawn.has(position) ? top : position);
  }
  return [...drawn];
}

/** Exact up to 2^53; beyond, some positions are never drawn, of more nodes than there are. */
function randomBelow(limit: bigint, random: () => number): bigint {
  return limit <= BigInt(Number.MAX_SAFE_INTEGER)
    ? BigInt(Math.floor(random() * Number(limit)))
    : (BigInt(Math.floor(random() * 2 ** 53)) * limit) >> 53n;
}
