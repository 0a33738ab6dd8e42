// Draws what a terminal showed as an SVG: node toolchain/terminal-picture.mjs < output-with-colours > docs/pictures/dsh.svg
// Understands the colours and styles that our theme uses (SGR of ECMA-48); nothing else of a terminal.
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

const lines = readFileSync(0, 'utf8').replace(/\n$/, '').split('\n');
const columns = Math.max(80, ...lines.map((line) => line.replace(sgr, '').length));
const width = Math.ceil(columns * cell.width + 2 * margin);
const height = lines.length * cell.height + 2 * margin;

process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#c9d1d9">`,
    ...lines.map(
      (line, row) =>
        `<text x="${margin}" y="${margin + (row + 0.75) * cell.height}" xml:space="preserve">${spans(line)}</text>`,
    ),
    '</g>',
    '</svg>',
    '',
  ].join('\n'),
);

function spans(line) {
  let style = { fill: undefined, bold: false, dim: false };
  // split() with a group gives text and numbers in turn.
  return line
    .split(sgr)
    .map((part, index) => {
      if (index % 2 === 0) return part === '' ? '' : `<tspan${attributes(style)}>${escaped(part)}</tspan>`;
      for (const code of part.split(';').map(Number)) style = after(style, code);
      return '';
    })
    .join('');
}

function after(style, code) {
  if (code === 0) return { fill: undefined, bold: false, dim: false };
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, fill: undefined };
  return colours[code] === undefined ? style : { ...style, fill: colours[code] };
}

function attributes({ fill, bold, dim }) {
  return `${fill === undefined ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
