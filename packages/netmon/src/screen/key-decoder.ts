// Keys as the views know them, and the decoder of what a terminal sends for them (xterm, VT220, Linux console, tmux).

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'delete'
  | 'enter'
  | 'tab'
  | 'back-tab'
  | 'backspace'
  | 'escape'
  | 'erase-line'
  | 'redraw'
  | 'interrupt'
  | 'suspend'
  | 'quit';

/** A key of its own, or one character that was typed or pasted. */
export type Key =
  | { readonly kind: 'key'; readonly name: KeyName }
  | { readonly kind: 'text'; readonly text: string };

const escape = '\u001b';

const controls: Readonly<Record<string, KeyName>> = {
  '\u0003': 'interrupt',
  '\b': 'backspace',
  '\t': 'tab',
  '\n': 'enter',
  '\f': 'redraw',
  '\r': 'enter',
  '\u0015': 'erase-line',
  '\u001a': 'suspend',
  '\u001c': 'quit',
  '\u007f': 'backspace',
};

/** By the last letter of CSI and SS3 sequences. */
const byLetter: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  Z: 'back-tab',
};

/** By the first number of `CSI number ~`. */
const byNumber: Readonly<Record<string, KeyName>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
};

/** Keeps what is unfinished between two reads: half of a sequence, half of a character. */
export class KeyDecoder {
  readonly #utf8 = new TextDecoder();
  #pending = '';

  /** True while what came last may be the Escape key or the begin of a sequence: then {@link settle} after a moment. */
  get undecided(): boolean {
    return this.#pending !== '';
  }

  push(bytes: Uint8Array): readonly Key[] {
    const text = this.#pending + this.#utf8.decode(bytes, { stream: true });
    this.#pending = '';
    const keys: Key[] = [];
    let at = 0;
    while (at < text.length) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      if (character !== escape) {
        keys.push(...plainKey(character));
        at += character.length;
        continue;
      }
      const sequence = sequenceAt(text, at);
      if (sequence === undefined) {
        this.#pending = text.slice(at);
        break;
      }
      keys.push(...keyOf(sequence));
      at += sequence.length;
    }
    return keys;
  }

  /** Nothing more has come: an escape that stands alone was the key. */
  settle(): readonly Key[] {
    const keys: readonly Key[] = this.#pending === escape ? [{ kind: 'key', name: 'escape' }] : [];
    this.#pending = '';
    return keys;
  }
}

function plainKey(character: string): readonly Key[] {
  const name = controls[character];
  if (name !== undefined) return [{ kind: 'key', name }];
  return character < ' ' ? [] : [{ kind: 'text', text: character }];
}

/** The whole control sequence (ECMA-48: CSI, SS3, or a string up to ST or BEL); undefined while it is not complete. */
function sequenceAt(text: string, at: number): string | undefined {
  const rest = text.slice(at);
  const introducer = rest[1];
  if (introducer === undefined) return undefined;
  if (introducer === '[') {
    // oxlint-disable-next-line no-control-regex -- it is the control sequences that are looked for
    return /^\u001b\[\[?[0-?]*[ -/]*[^ -?]/.exec(rest)?.[0];
  }
  if (introducer === 'O') return rest.length < 3 ? undefined : rest.slice(0, 3);
  // oxlint-disable-next-line no-control-regex -- as above
  if (/[PX\]^_]/.test(introducer)) return /^\u001b[^]*?(\u0007|\u001b\\)/.exec(rest)?.[0];
  return escape;
}

/** A sequence that we have no use for (a function key, an answer of the terminal) is no key. */
function keyOf(sequence: string): readonly Key[] {
  if (sequence === escape) return [{ kind: 'key', name: 'escape' }];
  const number = sequence.endsWith('~') ? (/\d+/.exec(sequence)?.[0] ?? '') : '';
  const name = number === '' ? byLetter[sequence.at(-1) ?? ''] : byNumber[number];
  const wellFormed = /^.(O|\[[\d;]*)[A-Z~]$/s.test(sequence);
  return name === undefined || !wellFormed ? [] : [{ kind: 'key', name }];
}
