// One line of ssh_config(5) into keyword and words: quotes, backslashes and comments as ssh takes them.

export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string;
  readonly words: readonly string[];
}

/**
 * undefined for a blank line or a comment.
 * @throws SyntaxError when a quote is not closed
 */
export function splitLine(line: string): ConfigLine | undefined {
  const [, keyword, rest = ''] = /^\s*"?([^\s="#][^\s="]*)"?\s*=?\s*(.*)$/s.exec(line) ?? [];
  if (keyword === undefined) return undefined;
  const lower = keyword.toLowerCase();
  // ssh reads the criteria of Match like keywords: `host=n1` is two words.
  return { keyword: lower, words: splitWords(rest.trimEnd(), lower === 'match' ? /[ \t=]/ : /[ \t]/) };
}

function splitWords(text: string, blank: RegExp): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; at++) {
    if (blank.test(text.charAt(at))) continue;
    if (text[at] === '#') break;
    const { word, end } = readWord(text, at, blank);
    words.push(word);
    at = end;
  }
  return words;
}

function readWord(text: string, start: number, blank: RegExp): { word: string; end: number } {
  let word = '';
  let quote: string | undefined;
  let at = start;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text[at + 1];
    if (
      char === '\\' &&
      (next === '"' || next === "'" || next === '\\' || (next === ' ' && quote === undefined))
    ) {
      word += next;
      at++;
    } else if (quote === undefined && blank.test(char)) break;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = undefined;
    else word += char;
  }
  if (quote !== undefined) throw new SyntaxError(`no closing ${quote}`);
  return { word, end: at };
}
