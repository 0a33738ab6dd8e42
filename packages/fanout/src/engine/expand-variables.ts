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
 * Puts a node's values into a command's text; a `%` before anything else stays as it is (`date +%F`).
 * @throws HeorotError `command-value` when a value cannot be quoted where it stands
 */
export function expandVariables(text: string, variables: Variables): string {
  const { labels = {} } = variables;
  const names = Object.keys(labels).sort((a, b) => b.length - a.length);
  return text.replace(/%(%|[A-Za-z_][\w.-]*)/g, (whole, word: string, offset: number) => {
    if (word === '%') return '%';
    const label = names.find((name) => word.startsWith(name) && endsName(word, name));
    if (label !== undefined)
      return place(labels[label] ?? '', text.slice(0, offset), variables.node) + word.slice(label.length);
    const value = { h: variables.host, n: variables.node, u: variables.user, p: String(variables.port) }[
      word.slice(0, 1)
    ];
    if (value === undefined || /^\w/.test(word.slice(1))) return whole;
    return place(value, text.slice(0, offset), variables.node) + word.slice(1);
  });
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
