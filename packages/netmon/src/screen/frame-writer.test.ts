import type { ColorLevel } from '@heorot/cli';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CellBuffer, codeOf, styleOf } from './cell-buffer.ts';
import { FrameWriter } from './frame-writer.ts';
import { attribute, ink, selectStyle } from './style.ts';
import { SmallTerminal } from './testing/small-terminal.fixture.ts';

interface Text {
  readonly row: number;
  readonly column: number;
  readonly text: string;
  readonly style: number;
}

/** What a person would see of the frame, in the terms of the small terminal. */
function expectedCells(frame: CellBuffer, level: ColorLevel): readonly string[] {
  return Array.from(frame.cells, (cell, at) => {
    const code = codeOf(cell);
    if (code === 0) return '';
    const style = selectStyle(styleOf(cell), level)
      .replace(/^.\[0?;?/, '')
      .slice(0, -1);
    const text = String.fromCodePoint(code) + (frame.marks.get(at) ?? '');
    return style === '' ? text : `<${style}>${text}`;
  });
}

function draw(frame: CellBuffer, texts: readonly Text[]): void {
  for (const { row, column, text, style } of texts) frame.put(row, column, text, style);
}

const words = fc.oneof(
  fc.constantFrom(
    'n1',
    '  ',
    ' ',
    '9.41G',
    '節点',
    '日本語',
    'e\u0301x',
    'a\u0308\u0301',
    '▁▄█',
    '⣿',
    '😀',
    '\t\u001b[2J',
    'ﷺ',
    'ü',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const styles = fc.constantFrom(
  0,
  ink.bad,
  ink.good | attribute.bold,
  attribute.reverse,
  ink.heat + 3,
  attribute.underline,
);
const texts = fc.array(
  fc.record({
    row: fc.integer({ min: 0, max: 5 }),
    column: fc.integer({ min: -2, max: 14 }),
    text: words,
    style: styles,
  }),
  { maxLength: 12 },
);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('frame' as const), texts }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('spoil' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('resize' as const),
        columns: fc.integer({ min: 1, max: 14 }),
        rows: fc.integer({ min: 1, max: 6 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 8 },
);

describe('frames written one after another', () => {
  it.each([0, 1, 2, 3] as const)(
    'end in the screen that the last one is, with colours of level %d',
    (colorLevel) => {
      fc.assert(
        fc.property(steps, (sequence) => {
          const writer = new FrameWriter({ colorLevel });
          let terminal = new SmallTerminal(14, 6);
          for (const step of sequence) {
            if (step.kind !== 'frame') {
              if (step.kind === 'resize') terminal = new SmallTerminal(step.columns, step.rows);
              terminal.spoil();
              writer.forget();
              continue;
            }
            const frame = writer.begin(terminal.columns, terminal.rows);
            draw(frame, step.texts);
            const expected = expectedCells(frame, colorLevel);
            terminal.write(writer.finish());
            expect(terminal.cells()).toEqual(expected);
          }
        }),
        { numRuns: 250 },
      );
    },
  );

  it('cost nothing when nothing has changed', () => {
    const writer = new FrameWriter({ colorLevel: 1 });
    draw(writer.begin(20, 4), [{ row: 1, column: 2, text: 'same', style: ink.bad }]);
    expect(writer.finish().length).toBeGreaterThan(0);
    draw(writer.begin(20, 4), [{ row: 1, column: 2, text: 'same', style: ink.bad }]);
    expect(writer.finish()).toHaveLength(0);
  });

  it('cost only what has changed: a short way for the cursor, one style for a run, the end of a row erased', () => {
    const writer = new FrameWriter({ colorLevel: 1 });
    const frame = (texts: readonly Text[]) => {
      draw(writer.begin(40, 3), texts);
      return Buffer.from(writer.finish()).toString().replaceAll('\u001b', 'ESC');
    };
    const [row, style] = [1, 0];
    frame([{ row, column: 0, text: 'n1   100 200    and a long remark', style }]);
    expect(frame([{ row, column: 0, text: 'n1   101 201    and a long remark', style }])).toBe(
      'ESC[?2026hESC[2;8H1 201ESC[?2026l',
    );
    expect(frame([{ row, column: 0, text: 'n1   101 201', style: ink.bad }])).toBe(
      'ESC[?2026hESC[2HESC[0;31mn1   101 201ESC[mESC[KESC[?2026l',
    );
  });
});

describe('a cell', () => {
  const cells = (draw: (frame: CellBuffer) => void, ascii = false) => {
    const frame = new FrameWriter({ colorLevel: 0, ascii }).begin(8, 1);
    draw(frame);
    return frame.text(0);
  };

  it.each<[string, string, string]>([
    ['a control character is shown as one sign, never sent', 'a\u001bb\u009bc', 'a?b?c'],
    ['marks stay on their character, a few of them', `e${'\u0301'.repeat(9)}x`, 'e\u0301\u0301\u0301\u0301x'],
    ['a mark without a character is left out', '\u0301x', 'x'],
    ['a wide character that does not fit is left out', '1234567日', '1234567'],
    ['a lone surrogate is no character', 'a\ud800b', 'a?b'],
    ['direction marks and joiners are left out', 'a\u202eb', 'ab'],
  ])('%s', (_, text, shown) => {
    expect(cells((frame) => frame.put(0, 0, text))).toBe(shown);
  });

  it('holds ASCII alone where the terminal knows no more', () => {
    expect(cells((frame) => frame.put(0, 0, '日ü▁e\u0301'), true)).toBe('?????'.slice(0, 4) + 'e');
  });

  it('half overwritten of a wide character becomes a blank', () => {
    expect(cells((frame) => frame.put(0, frame.put(0, 0, '日本') - 3, 'x'))).toBe(' x本');
    expect(cells((frame) => frame.put(0, frame.put(0, 0, '日本') - 2, 'x'))).toBe('日x');
  });
});

describe('styles', () => {
  it('are the same without colours but for the colour', () => {
    expect(selectStyle(ink.bad | attribute.bold, 1)).toBe('\u001b[0;1;31m');
    expect(selectStyle(ink.bad | attribute.bold, 0)).toBe('\u001b[0;1m');
    expect(selectStyle(ink.bad, 0)).toBe('\u001b[m');
  });

  it('use more tones for heat where the terminal has them', () => {
    const tones = (level: ColorLevel) =>
      new Set(Array.from({ length: 8 }, (_, at) => selectStyle(ink.heat + at, level)));
    expect([tones(0).size, tones(1).size, tones(2).size]).toEqual([1, 6, 8]);
  });
});
