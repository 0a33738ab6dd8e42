// Names in the order in which they are written: what pairs `n[001-128]` with `10.1.0.[1-128]`.
// A node set would sort and fold them; pairing by position needs the writer's order.
import { HeorotError } from '../error/heorot-error.ts';

const MOST_NAMES = 1_000_000;

/**
 * Expands `a[1-3,7]b[01-10/3],c` from left to right, the last bracket fastest.
 *
 * @throws HeorotError `name-pattern-syntax` with the offset of what is wrong
 * @example expandInOrder('n[2,1],x') // ['n2', 'n1', 'x']
 */
export function expandInOrder(text: string): string[] {
  const names: string[] = [];
  for (const item of itemsOf(text)) {
    let heads = [''];
    for (const part of item) {
      const next: string[] = [];
      for (const head of heads) {
        if (typeof part === 'string') next.push(head + part);
        else for (const range of part) appendRange(next, head, range);
      }
      heads = next;
    }
    for (const name of heads) names.push(name);
    if (names.length > MOST_NAMES) throw tooMany();
  }
  return names;
}

/**
 * The shortest simple pattern that expands to exactly these names in exactly this order.
 *
 * @example foldInOrder(['10.0.0.1', '10.0.0.2', '10.0.1.9']) // '10.0.0.[1-2],10.0.1.9'
 */
export function foldInOrder(names: readonly string[]): string {
  const items: string[] = [];
  let run: NumberRun | undefined;
  const close = () => {
    if (run) items.push(run.print());
    run = undefined;
  };
  for (const name of names) {
    const numbered = /^(.*?)(\d{1,15})(\D*)$/.exec(name);
    if (!numbered) {
      close();
      items.push(name);
      continue;
    }
    const [, head = '', digits = '', tail = ''] = numbered;
    if (run?.head !== head || run.tail !== tail) {
      close();
      run = new NumberRun(head, tail);
    }
    run.add(digits);
  }
  close();
  return items.join(',');
}

interface NumberRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Zero-padded to this width; 0 = not padded. */
  readonly width: number;
}

type Item = readonly (string | readonly NumberRange[])[];

function* itemsOf(text: string): Generator<Item> {
  let parts: (string | NumberRange[])[] = [];
  let literal = '';
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '[') {
      const end = text.indexOf(']', at);
      if (end < 0) throw fault(text, text.length, "missing ']'");
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(rangesOf(text, at + 1, end));
      at = end;
    } else if (character === ']') {
      throw fault(text, at, "']' without '['");
    } else if (character === ',' || character === undefined) {
      const ended = literal.trimEnd();
      if (ended !== '') parts.push(ended);
      if (parts.length === 0) throw fault(text, at, 'missing name');
      yield parts;
      parts = [];
      literal = '';
    } else if (character !== ' ' || literal !== '' || parts.length > 0) {
      literal += character;
    }
  }
}

function rangesOf(text: string, start: number, end: number): NumberRange[] {
  const ranges: NumberRange[] = [];
  let at = start;
  for (const piece of text.slice(start, end).split(',')) {
    const parsed = /^\s*(\d{1,15})(?:-(\d{1,15})(?:\/(\d{1,15}))?)?\s*$/.exec(piece);
    if (!parsed) throw fault(text, at, `'${piece}' is no range such as 1-8 or 01-10/2`);
    const [, first = '', last = first, step = '1'] = parsed;
    const width = paddingOf(first);
    if ((width > 0 || paddingOf(last) > 0) && first.length !== last.length) {
      throw fault(text, at, `'${piece}' pads its two ends differently`);
    }
    if (Number(last) < Number(first)) throw fault(text, at, `'${piece}' runs backwards`);
    if (Number(step) === 0) throw fault(text, at, `'${piece}' has a step of 0`);
    ranges.push({ first: Number(first), last: Number(last), step: Number(step), width });
    at += piece.length + 1;
  }
  return ranges;
}

function paddingOf(digits: string): number {
  return digits.length > 1 && digits.startsWith('0') ? digits.length : 0;
}

function appendRange(names: string[], head: string, range: NumberRange): void {
  for (let value = range.first; value <= range.last; value += range.step) {
    if (names.length === MOST_NAMES) throw tooMany();
    names.push(head + String(value).padStart(range.width, '0'));
  }
}

function tooMany(): HeorotError {
  return new HeorotError('name-pattern-syntax', `more than ${MOST_NAMES} names in one pattern`);
}

function fault(text: string, offset: number, what: string): HeorotError {
  return new HeorotError('name-pattern-syntax', `'${text}': ${what} at offset ${offset}`);
}

// A run of neighbours that differ in their last number only.
class NumberRun {
  readonly head: string;
  readonly tail: string;
  readonly #pieces: { first: string; last: string }[] = [];

  constructor(head: string, tail: string) {
    this.head = head;
    this.tail = tail;
  }

  add(digits: string): void {
    const open = this.#pieces.at(-1);
    if (open && extendsRange(open, digits)) open.last = digits;
    else this.#pieces.push({ first: digits, last: digits });
  }

  print(): string {
    const ranges = this.#pieces
      .map(({ first, last }) => (first === last ? first : `${first}-${last}`))
      .join(',');
    return `${this.head}${/[,-]/.test(ranges) ? `[${ranges}]` : ranges}${this.tail}`;
  }
}

// `[9-10]` is unpadded, `[09-10]` padded to two, and `[99-100]` may not end a range that began with 08.
function extendsRange(range: { first: string; last: string }, digits: string): boolean {
  if (Number(digits) !== Number(range.last) + 1) return false;
  return paddingOf(range.first) > 0 ? digits.length === range.first.length : paddingOf(digits) === 0;
}
