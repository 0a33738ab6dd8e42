// Words of the protocol: what a shell can read with `read -r` and decode with one sed. See README.md, "Words and lines".
import { HeorotError } from '@heorot/inventory';

/** One word for any text without NUL; never empty, never with a blank. */
export function encodeWord(text: string): string {
  if (text === '') return '-';
  if (text === '-') return '%2d';
  let word = '';
  for (const byte of Buffer.from(text)) {
    const letter = String.fromCharCode(byte);
    word += plain.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return word;
}

/** @throws HeorotError `protocol-word` for what {@link encodeWord} would not write (more escapes than needed are fine) */
export function decodeWord(word: string): string {
  if (word === '-') return '';
  if (!/^(?:[A-Za-z0-9._:/=,+@~-]|%[0-9a-f]{2})+$/.test(word))
    throw new HeorotError('protocol-word', `no word of the protocol: '${word.slice(0, 40)}'`);
  const bytes = word.replace(/[^%]|%../g, (unit) =>
    unit.length === 1 ? (unit.codePointAt(0) ?? 0).toString(16).padStart(2, '0') : unit.slice(1),
  );
  return Buffer.from(bytes, 'hex').toString('utf8');
}

/** A line of words, without its end. */
export function line(...words: readonly (string | number)[]): string {
  return words.map((word) => encodeWord(String(word))).join(' ');
}

/** The decoded words of each line; empty lines are passed over. */
export function readLines(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => each.split(' ').map(decodeWord));
}

const plain = /[A-Za-z0-9._:/=,+@~-]/;
