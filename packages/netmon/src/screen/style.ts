// Styles of cells as small numbers, and what selects them on a terminal (SGR of ECMA-48). Whatever a colour says, a letter
// or a shape beside it says as well: without colours only the attributes are left.
import type { ColorLevel } from '@heorot/cli';

/** Colours by meaning, the low five bits of a style; `heat` is the first of eight, from cold to hot. */
export const ink = {
  default: 0,
  good: 1,
  warning: 2,
  bad: 3,
  node: 4,
  receive: 5,
  transmit: 6,
  heat: 7,
} as const;

/** Attributes, to be added to an ink. */
export const attribute = { bold: 32, dim: 64, reverse: 128, underline: 256 } as const;

/** Index: ink. The tones of level 1 are those of the theme of all tools. */
const inksOfSixteen = [39, 32, 33, 31, 36, 32, 34, 34, 36, 36, 32, 32, 33, 35, 31] as const;
/** Legible on dark and on light ground; the heat goes from blue over green to red. */
const inksOf256 = [-1, -1, -1, -1, -1, 71, 68, 61, 67, 72, 107, 143, 178, 172, 167] as const;

/** The control sequence that selects exactly this style, whatever was selected before. */
export function selectStyle(style: number, level: ColorLevel): string {
  const codes = [
    ...((style & attribute.bold) === 0 ? [] : ['1']),
    ...((style & attribute.dim) === 0 ? [] : ['2']),
    ...((style & attribute.underline) === 0 ? [] : ['4']),
    ...((style & attribute.reverse) === 0 ? [] : ['7']),
    ...colourCodes(style & 31, level),
  ];
  return codes.length === 0 ? '\u001b[m' : `\u001b[0;${codes.join(';')}m`;
}

function colourCodes(colour: number, level: ColorLevel): readonly string[] {
  if (level === 0 || colour === ink.default) return [];
  const tone = inksOf256[colour] ?? -1;
  if (level >= 2 && tone >= 0) return ['38', '5', String(tone)];
  return [String(inksOfSixteen[colour] ?? 39)];
}
