// Whether a stream gets colours, and how many. chalk 6 ignores NO_COLOR, so it is decided here alone.

export type ColorWish = 'auto' | 'always' | 'never';

/** 0 none, 1 the sixteen, 2 256 colours, 3 true colour: chalk's levels. */
export type ColorLevel = 0 | 1 | 2 | 3;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `--color` first; then FORCE_COLOR, which wins over NO_COLOR as in Node itself; then NO_COLOR (https://no-color.org),
 * CLICOLOR_FORCE and CLICOLOR (https://bixense.com/clicolors), TERM=dumb, and whether the stream is a terminal.
 */
export function colorLevel(
  wish: ColorWish,
  stream: { readonly isTTY?: boolean },
  environment: Environment,
): ColorLevel {
  if (wish === 'never') return 0;
  const able = levelOfTerminal(environment);
  if (wish === 'always') return atLeastOne(able);
  const {
    FORCE_COLOR: forced,
    NO_COLOR: refused,
    CLICOLOR_FORCE: alsoForced,
    CLICOLOR: wanted,
  } = environment;
  if (forced !== undefined) return forcedLevel(forced, able);
  if (refused !== undefined && refused !== '') return 0;
  if (alsoForced !== undefined && alsoForced !== '' && alsoForced !== '0') return atLeastOne(able);
  return wanted === '0' || stream.isTTY !== true ? 0 : able;
}

function levelOfTerminal({ TERM: term = '', COLORTERM: colorTerm = '' }: Environment): ColorLevel {
  if (term === 'dumb') return 0;
  if (colorTerm === 'truecolor' || colorTerm === '24bit') return 3;
  return /-256(color)?$/.test(term) ? 2 : 1;
}

function forcedLevel(forced: string, able: ColorLevel): ColorLevel {
  if (forced === '0' || forced === 'false') return 0;
  if (forced === '2') return 2;
  return forced === '3' ? 3 : atLeastOne(able);
}

function atLeastOne(level: ColorLevel): ColorLevel {
  return level === 0 ? 1 : level;
}
