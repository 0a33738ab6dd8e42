// Draws what a terminal showed as an SVG: node toolchain/terminal-picture.mjs < output-with-colours > docs/pictures/dsh.svg
// Understands the colours and styles that our theme and our screens use (SGR of ECMA-48, ISO 8613-6 for 256 colours);
// nothing else of a terminal.
import { readFileSync } from 'node:fs';

const colours = {
  30: '#484f58',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  37: '#c9d1d9',
  90: '#8b949e',
  91: '#ffa198',
  92: '#aff5b4',
  93: '#f2cc60',
  94: '#a5d6ff',
  95: '#e2c5ff',
  96: '#b3f0ff',
  97: '#f0f6fc',
};
/** Select Graphic Rendition: ESC [ numbers m. */
const escape = String.fromCharCode(27);
const sgr = new RegExp(`${escape}\\[([0-9;]*)m`, 'g');
const cell = { width: 8.4, height: 18 };
const margin = 16;
const groundColour = '#0d1117';
const textColour = '#c9d1d9';
const plain = { fill: undefined, bold: false, dim: false, underline: false, reverse: false };

const lines = readFileSync(0, 'utf8').replace(/\n$/, '').split('\n');
const columns = Math.max(80, ...lines.map((line) => line.replace(sgr, '').length));
const width = Math.ceil(columns * cell.width + 2 * margin);
const height = lines.length * cell.height + 2 * margin;

process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#c9d1d9">`,
    ...lines.map((line, row) => {
      const pieces = piecesOf(line);
      return `${pieces.map((piece) => ground(piece, row)).join('')}<text x="${margin}" y="${margin + (row + 0.75) * cell.height}" xml:space="preserve">${pieces.map(span).join('')}</text>`;
    }),
    '</g>',
    '</svg>',
    '',
  ].join('\n'),
);

/** Text of one style each, and the column where it begins. */
function piecesOf(line) {
  let style = plain;
  let column = 0;
  // split() with a group gives text and numbers in turn.
  return line.split(sgr).flatMap((part, index) => {
    if (index % 2 === 1) {
      style = afterAll(style, part.split(';').map(Number));
      return [];
    }
    if (part === '') return [];
    const piece = { text: part, style, column };
    column += part.length;
    return [piece];
  });
}

/** What is reversed has a ground of its own. */
function ground({ text, style, column }, row) {
  if (!style.reverse) return '';
  const [x, y] = [margin + column * cell.width, margin + row * cell.height];
  return `<rect x="${x.toFixed(1)}" y="${y}" width="${(text.length * cell.width).toFixed(1)}" height="${cell.height}" fill="${style.fill ?? textColour}"/>`;
}

/** Signs that another font may lend are told where to stand. */
function span({ text, style, column }) {
  const foreign = /[^\u0020-\u024f]/.test(text);
  const place = foreign
    ? ` x="${(margin + column * cell.width).toFixed(1)}" textLength="${(text.length * cell.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`
    : '';
  return `<tspan${place}${attributes(style)}>${escaped(text)}</tspan>`;
}

function afterAll(style, codes) {
  if (codes[0] === 38 && codes[1] === 5) return { ...style, fill: colourOf256(codes[2]) };
  return codes.reduce(after, style);
}

function after(style, code) {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, reverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, reverse: false };
  if (code === 39) return { ...style, fill: undefined };
  return colours[code] === undefined ? style : { ...style, fill: colours[code] };
}

/** The cube of xterm: 16 + 36 red + 6 green + blue. */
function colourOf256(tone) {
  const levels = [0, 95, 135, 175, 215, 255];
  const at = tone - 16;
  const part = (value) => levels[value % 6].toString(16).padStart(2, '0');
  return `#${part(Math.floor(at / 36))}${part(Math.floor(at / 6))}${part(at)}`;
}

function attributes({ fill, bold, dim, underline, reverse }) {
  const colour = reverse ? groundColour : fill;
  return [
    colour === undefined ? '' : ` fill="${colour}"`,
    bold ? ' font-weight="bold"' : '',
    dim ? ' opacity="0.6"' : '',
    underline ? ' text-decoration="underline"' : '',
  ].join('');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
