// `%h %n %u %p %%` and `%label` in a command's text. A value is always one word of the shell, or the run is refused.
import { HeorotError } from '@heorot/inventory';
import { isPlainWord, quoteForAnyShell } from './shell-quote.ts';

/** What may be put in for one node. */
export interface Variables {
  /** `%n`: the node's name. */
  readonly node: string;
  /** `%h`: where it is connected to. */
  readonly host: string;
  /** `%u` */
  readonly user: string;
  /** `%p` */
  readonly port: number;
  /** `%label`, by name; the longest name that fits wins. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Puts a node's values into a command's text; a `%` before any other single letter stays as it is (`date +%F`).
 * @throws HeorotError `command-value` when a value cannot be quoted where it stands
 */
export function expandVariables(text: string, variables: Variables): string {
  const { labels = {} } = variables;
  const names = longestFirst(Object.keys(labels));
  return text.replace(variable, (whole, word: string, offset: number) => {
    const found = meaningOf(word, names);
    const before = text.slice(0, offset);
    switch (found.kind) {
      case 'percent':
        return '%';
      case 'label':
        return place(labels[found.name] ?? '', before, variables.node) + word.slice(found.name.length);
      case 'letter': {
        const { host: h, node: n, user: u, port } = variables;
        const value = { h, n, u, p: String(port) }[found.letter];
        return place(value, before, variables.node) + word.slice(1);
      }
      case 'none':
        return whole;
      default:
        return found satisfies never;
    }
  });
}

/**
 * Words behind a `%` that mean nothing where only these labels are known: slips of the keyboard. Single letters are
 * none, `date` and `printf` have too many of them.
 *
 * @example unknownWords('echo %rakc %n', ['rack']) // ['rakc']
 */
export function unknownWords(text: string, labels: readonly string[]): readonly string[] {
  const names = longestFirst(labels);
  const words = Array.from(text.matchAll(variable), ([, word = '']) => word);
  return words
    .filter((word) => meaningOf(word, names).kind === 'none')
    .map((word) => /^\w+/.exec(word)?.[0] ?? '')
    .filter((word) => word.length > 1);
}

const variable = /%(%|[A-Za-z_][\w.-]*)/g;

type Meaning =
  | { readonly kind: 'percent' | 'none' }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'letter'; readonly letter: 'h' | 'n' | 'u' | 'p' };

/** @param names labels, the longest first */
function meaningOf(word: string, names: readonly string[]): Meaning {
  if (word === '%') return { kind: 'percent' };
  const name = names.find((label) => word.startsWith(label) && endsName(word, label));
  if (name !== undefined) return { kind: 'label', name };
  const letter = (['h', 'n', 'u', 'p'] as const).find((each) => word.startsWith(each));
  return letter === undefined || !endsName(word, letter) ? { kind: 'none' } : { kind: 'letter', letter };
}

function longestFirst(labels: readonly string[]): readonly string[] {
  return labels.toSorted((a, b) => b.length - a.length);
}

/** `%rack-1` is `%rack` and `-1` unless a label is called so; `%racks` is not `%rack`. */
function endsName(word: string, name: string): boolean {
  return !/^\w/.test(word.slice(name.length));
}

/** One word where it stands: bare, or inside quotes that are closed and opened again around it. */
function place(value: string, before: string, node: string): string {
  if (isPlainWord(value)) return value;
  const quoted = quoteForAnyShell(value);
  const quote = openQuote(before);
  if (quote === undefined) {
    throw new HeorotError(
      'command-value',
      `the value ${JSON.stringify(value)} of ${node} cannot be quoted safely here`,
      {
        hint: 'put it before any backslash, comment, $(…), `…` or here-document, or use a script and pass it as an argument',
      },
    );
  }
  // Two quotes in a row would be one inside for zsh with RC_QUOTES.
  return quote === "'" ? `'""${quoted}""'` : quote + quoted + quote;
}

/**
 * The quote that is open at the end of `text`: none (`''`), `'` or `"`. Undefined where shells differ or quotes
 * nest: there a value with special characters is refused rather than trusted.
 */
function openQuote(text: string): '' | "'" | '"' | undefined {
  if (/[\\`#]|\$[({]|<</.test(text)) return undefined;
  let open: '' | "'" | '"' = '';
  for (const character of text) {
    if (character !== "'" && character !== '"') continue;
    if (open === '') open = character;
    else if (open === character) open = '';
  }
  return open;
}
