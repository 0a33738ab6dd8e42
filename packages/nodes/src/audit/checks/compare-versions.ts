// Which of two versions is newer, for kernels and packages: runs of digits by value, other runs by text, `~` before everything.

/** Negative: `left` is older. An epoch (`1:`) counts first, as in dpkg; where only one has it, it is left out. */
export function compareVersions(left: string, right: string): number {
  const [leftEpoch, leftRest] = epochOf(left);
  const [rightEpoch, rightRest] = epochOf(right);
  if (leftEpoch !== undefined && rightEpoch !== undefined && leftEpoch !== rightEpoch)
    return leftEpoch - rightEpoch;
  const [a, b] = [partsOf(leftRest), partsOf(rightRest)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = compareParts(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function epochOf(version: string): [epoch: number | undefined, rest: string] {
  const [, epoch, rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  return [epoch === undefined ? undefined : Number(epoch), rest];
}

const partsOf = (version: string) => version.match(/\d+|~|[A-Za-z]+/g) ?? [];

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === '~' || b === '~') return a === '~' ? -1 : 1;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [aNumber, bNumber] = [/^\d/.test(a), /^\d/.test(b)];
  if (aNumber && bNumber) return Number(a) - Number(b);
  // A number is newer than a word: 1.2 than 1.rc.
  if (aNumber !== bNumber) return aNumber ? 1 : -1;
  return a < b ? -1 : 1;
}
