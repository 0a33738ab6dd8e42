// Counts in sentences.

/** @example plural(1, 'wrong value') // '1 wrong value' */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
