// Splits a line of a recipe into words by the rules of a POSIX shell as Python's shlex has them (docs.python.org/3/library/shlex,
// "Parsing Rules", POSIX mode, split at whitespace): no expansion, no continuation over lines.

/** A word without its quotes, and where it begins. */
export interface Word {
  readonly text: string;
  /** 1-based. */
  readonly column: number;
}

/** The words of a line, or where a quote or an escape stays open. */
export type WordsResult =
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly comment: number | undefined }
  | { readonly kind: 'open'; readonly what: 'quote' | 'escape'; readonly column: number };

/**
 * Splits one line, its line end included: a backslash at the end of a line keeps the line end as a character.
 *
 * @param comments whether `#` opens a comment; it does so even inside a word, as shlex has it
 * @returns the words, and with `comment` the column of a `#` that cut a word short
 */
export function splitWords(line: string, comments: boolean): WordsResult {
  const words: Word[] = [];
  let word: { text: string; column: number } | undefined;
  let at = 0;

  while (at < line.length) {
    const char = line.charAt(at);
    if (' \t\r\n'.includes(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (comments && char === '#') {
      if (word === undefined) return { kind: 'words', words, comment: undefined };
      return { kind: 'words', words: [...words, word], comment: at + 1 };
    } else {
      word ??= { text: '', column: at + 1 };
      const piece = readPiece(line, at);
      if (piece === undefined)
        return { kind: 'open', what: char === '\\' ? 'escape' : openIn(line, at), column: at + 1 };
      word.text += piece.text;
      at = piece.next;
    }
  }
  if (word !== undefined) words.push(word);
  return { kind: 'words', words, comment: undefined };
}

/** A quoted part, an escaped character or a plain one; `undefined` when it never ends. */
function readPiece(line: string, at: number): { readonly text: string; readonly next: number } | undefined {
  const char = line.charAt(at);
  if (char === '\\') return at + 1 < line.length ? { text: line.charAt(at + 1), next: at + 2 } : undefined;
  if (char === "'") {
    const end = line.indexOf("'", at + 1);
    return end === -1 ? undefined : { text: line.slice(at + 1, end), next: end + 1 };
  }
  if (char !== '"') return { text: char, next: at + 1 };
  let text = '';
  for (let i = at + 1; i < line.length; i++) {
    if (line.charAt(i) === '"') return { text, next: i + 1 };
    if (line.charAt(i) === '\\') {
      i += 1;
      if (i === line.length) return undefined;
      // Inside double quotes a backslash escapes only itself and the quote.
      text += '"\\'.includes(line.charAt(i)) ? line.charAt(i) : `\\${line.charAt(i)}`;
    } else text += line.charAt(i);
  }
  return undefined;
}

/** What stays open in a double-quoted part: the quote, or an escape at the very end. */
function openIn(line: string, at: number): 'quote' | 'escape' {
  const tail = /\\+$/.exec(line.slice(at))?.[0].length ?? 0;
  return line.charAt(at) === '"' && tail % 2 === 1 ? 'escape' : 'quote';
}
