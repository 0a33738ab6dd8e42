import { createTheme } from '@heorot/cli';
import { expect, it } from 'vitest';
import { recordDay, startMs } from '../replay/testing/recorded-day.fixture.ts';
import { historyTable } from './history-table.ts';
import { nodeHistory } from './node-history.ts';

it('a history is a row a step: what nobody saw is the mean alone, and a time without anything is one row', async () => {
  await using day = await recordDay();
  const options = { intervalMs: 1000, interfaces: [], resolution: 'readings', stepMs: 10_000 } as const;
  // n2 was down from 60 s to 80 s.
  const seen = { fromMs: startMs + 50_000, toMs: startMs + 90_000 };
  const shared = { units: 'bits', theme: await createTheme(0), nowMs: startMs, width: undefined } as const;
  const text = (node: string, span: typeof seen) => {
    const lines = historyTable(nodeHistory(day.recording, node, { ...options, ...span }), shared);
    return lines.map((line) => line.replace(/^\d\d:(?=\d\d:\d\d)/, '').replaceAll(/ +/g, ' '));
  };
  expect(text('n2', seen)).toEqual([
    'n2 rows of 10 s, made of readings',
    'from rx min mean max tx min mean max errors drops known what happened',
    '00:50 7.94 kbit/s 8.01 kbit/s 8.10 kbit/s 80 bit/s 80 bit/s 80 bit/s 0 0 100 %',
    '01:00 8.00 kbit/s 80 bit/s 0 0 100 % no readings: the mean by the counters; down: no answer',
    '01:10 8.00 kbit/s 80 bit/s 0 0 100 % no readings: the mean by the counters',
    '01:20 7.94 kbit/s 8.00 kbit/s 8.06 kbit/s 80 bit/s 80 bit/s 80 bit/s 0 0 100 % up: answers again after 20.0 s',
  ]);
  // Before the recording began.
  expect(text('n1', { fromMs: startMs - 60_000, toMs: startMs + 10_000 }).slice(2)).toEqual([
    expect.stringMatching(/^59:00 +nothing recorded until \d\d:00:00$/),
    expect.stringMatching(/^00:00 /),
  ]);
});
