// The characters that are drawn with, for UTF-8 and for ASCII terminals.

export interface Glyphs {
  readonly ascii: boolean;
  /** Eight steps from nothing to full. */
  readonly levels: readonly string[];
  /** The same as code points. */
  readonly levelCodes: readonly number[];
  readonly folded: string;
  readonly unfolded: string;
  readonly descending: string;
  readonly ascending: string;
  readonly separator: string;
  readonly rule: string;
  readonly receive: string;
  readonly transmit: string;
}

export const unicodeGlyphs: Glyphs = {
  ascii: false,
  ...levelsOf('▁▂▃▄▅▆▇█'),
  folded: '▸',
  unfolded: '▾',
  descending: '▼',
  ascending: '▲',
  separator: '·',
  rule: '─',
  receive: '↓',
  transmit: '↑',
};

export const asciiGlyphs: Glyphs = {
  ascii: true,
  ...levelsOf('.:-=+*#@'),
  folded: '+',
  unfolded: '-',
  descending: 'v',
  ascending: '^',
  separator: '|',
  rule: '-',
  receive: 'rx',
  transmit: 'tx',
};

/** What the terminal understands, by the locale: locale(7), the first that is set decides. */
export function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return /utf-?8/i.test(locale ?? '');
}

function levelsOf(text: string): Pick<Glyphs, 'levels' | 'levelCodes'> {
  const levels = Array.from(text);
  return { levels, levelCodes: levels.map((level) => level.codePointAt(0) ?? 0x3f) };
}
