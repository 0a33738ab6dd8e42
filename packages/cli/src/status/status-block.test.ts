import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { allOf } from '../testing/all-of.ts';
import { createStatusBlock } from './status-block.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function terminal(columns = 40) {
  return Object.assign(new PassThrough(), { isTTY: true, columns });
}

/** What a terminal would show: understands exactly the control sequences of the block. */
function screen(stream: PassThrough): string[] {
  const rows = [''];
  let row = 0;
  // oxlint-disable-next-line no-control-regex -- the control sequences are what is interpreted
  for (const piece of allOf(stream).match(/\u001b\[\d*[AJ]|[\s\S]/g) ?? []) {
    if (piece === '\n') {
      row += 1;
      rows[row] ??= '';
    } else if (piece === '\r') rows[row] = '';
    else if (piece.endsWith('A') && piece.length > 1) row -= Number(piece.slice(2, -1));
    else if (piece === '\u001b[J') rows.splice(row, rows.length, '');
    else rows[row] += piece;
  }
  return rows;
}

it('appears after a tick only, so that a short run shows nothing', () => {
  const stream = terminal();
  const block = createStatusBlock(stream, { render: () => ['8 running'] });
  block.end();
  expect(stream.read()).toBeNull();
});

it('is redrawn in place and gone at the end', () => {
  const stream = terminal();
  let done = 0;
  const block = createStatusBlock(stream, { render: () => [`${done} done`, '4 running'] });
  vi.advanceTimersByTime(100);
  done = 3;
  vi.advanceTimersByTime(100);
  const copy = terminal();
  const drawn = allOf(stream);
  copy.write(drawn);
  expect(screen(copy)).toEqual(['3 done', '4 running']);
  block.end();
  copy.write(drawn + allOf(stream));
  expect(screen(copy)).toEqual(['']);
});

it('is drawn ten times a second at most, however much is written', async () => {
  const stream = terminal();
  let renders = 0;
  using block = createStatusBlock(stream, { render: () => [`${++renders}`] });
  for (let at = 0; at < 1000; at++) {
    await block.write(stream, `line ${at}\n`);
    allOf(stream);
    vi.advanceTimersByTime(1);
  }
  expect(renders).toBeLessThanOrEqual(11);
});

it('gives way to output and comes back below it', async () => {
  const stream = terminal();
  const block = createStatusBlock(stream, { render: () => ['running', 'n[1-4]'] });
  vi.advanceTimersByTime(100);
  await block.write(stream, 'n1: a\n');
  await block.write(stream, 'n2: b\n');
  vi.advanceTimersByTime(100);
  expect(screen(stream)).toEqual(['n1: a', 'n2: b', 'running', 'n[1-4]']);
});

it('stays away while a line is unfinished', async () => {
  const stream = terminal();
  const block = createStatusBlock(stream, { render: () => ['running'] });
  vi.advanceTimersByTime(100);
  await block.write(stream, Buffer.from('n1: half'));
  vi.advanceTimersByTime(300);
  await block.write(stream, Buffer.from(' and half\n'));
  vi.advanceTimersByTime(100);
  expect(screen(stream)).toEqual(['n1: half and half', 'running']);
});

it('cuts its lines to the terminal and shows eight at most', () => {
  const stream = terminal(10);
  createStatusBlock(stream, { render: (width) => Array.from({ length: 12 }, () => 'x'.repeat(width + 5)) });
  vi.advanceTimersByTime(100);
  expect(screen(stream)).toEqual(Array.from({ length: 8 }, () => 'xxxxxxxx…'));
});

it('finds its first row again when the window has become narrower', () => {
  const stream = terminal(40);
  const block = createStatusBlock(stream, { render: (width) => ['x'.repeat(width)] });
  vi.advanceTimersByTime(100);
  allOf(stream);
  stream.columns = 20;
  block.end();
  expect(allOf(stream)).toBe('\r\u001b[1A\u001b[J');
});

it('takes a terminal that does not know its width for one of eighty columns', () => {
  const stream = terminal(0);
  const block = createStatusBlock(stream, { render: () => ['4 running', 'n1 waits'] });
  vi.advanceTimersByTime(1000);
  expect(screen(stream)).toEqual(['4 running', 'n1 waits']);
  block.end();
  expect(screen(stream).join('')).toBe('');
});

it('leaves pipes and files alone', async () => {
  const [stdout, stderr] = [new PassThrough(), terminal()];
  const block = createStatusBlock(stderr, { render: () => ['running'] });
  vi.advanceTimersByTime(100);
  await block.write(stdout, 'result');
  expect(allOf(stdout)).toBe('result');
  expect(screen(stderr)).toEqual(['running']);
});

it('draws nothing where stderr is no terminal', async () => {
  const stream = new PassThrough();
  const block = createStatusBlock(stream, { render: () => ['running'] });
  vi.advanceTimersByTime(1000);
  await block.write(stream, 'note\n');
  block.end();
  expect(allOf(stream)).toBe('note\n');
});
