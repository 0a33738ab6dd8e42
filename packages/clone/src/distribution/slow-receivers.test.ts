// Words of udp-sender 20120424, as it said them with a receiver behind a link five times slower.
import { expect, it } from 'vitest';
import { slowReceivers } from './slow-receivers.ts';

const begin = `Udp-sender 20120424
Using full duplex mode
New connection from 10.78.0.3  (#0) 00000009
New connection from 10.78.0.2  (#1) 00000009
New connection from 10.78.0.4  (#2) 00000009
Starting transfer: 00000009
`;
const waiting = (who: string, all = 3): string =>
  `Timeout notAnswered=[${who}] notReady=[${who}] nrAns=1 nrRead=1 nrPart=${all} avg=2814\n`;
/** After so many seconds at 4 MB/s; `again` of it once more. */
const sent = (second = 0, again = 0.2, last = 0): string => {
  const bytes = String((second + 1) * 4_000_000).replace(/(?=(?:\d{3})+$)/g, ' ');
  const blocks = Math.round(((second + 1) * 4_000_000 * again) / 1456);
  return `bytes=${bytes}  re-xmits=${String(blocks).padStart(7, '0')} ( 13.9%) slice=0112 -   ${last}\r`;
};

/** One text a second; who is found slow after each. */
function heard(...texts: readonly string[]): readonly (readonly string[])[] {
  const receivers = slowReceivers();
  receivers.hear(begin);
  receivers.next();
  return texts.map((text) => {
    receivers.hear(text);
    return receivers.next();
  });
}

const slow = '10.78.0.3';
/** Each second by itself. */
const times = (count: number, second: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => second(at));

it('finds who is waited for many times and is always last, and names it once', () => {
  expect(heard(...times(5, (at) => waiting('0').repeat(7) + sent(at)))).toEqual([[], [], [slow], [], []]);
});

it('finds it on a busy machine, where it is waited for by fits and starts', () => {
  expect(heard(...times(8, (at) => (at % 3 === 0 ? waiting('0').repeat(4) : '') + sent(at))).flat()).toEqual([
    slow,
  ]);
});

it('finds who is always last while most is sent again', () => {
  expect(heard(...times(4, (at) => sent(at, 2.6).repeat(2)))).toEqual([[], [], [slow], []]);
});

it('finds two', () => {
  const seconds = times(3, (at) => waiting('0,2').repeat(12) + sent(at, 0.2, 0) + sent(at, 0.2, 2));
  expect(heard('New connection from 10.78.0.5  (#3) 00000009\n', ...seconds).flat()).toEqual([
    slow,
    '10.78.0.4',
  ]);
});

const seconds = (count: number, bytesPerSecond: number, last: number, from = 0): readonly string[] =>
  times(count, (at) => sent(from + at * (bytesPerSecond / 4e6), 0, last).repeat(2));

it('lets who is always last leave on trial, where nothing else is said', () => {
  expect(heard(...seconds(12, 4e6, 0)).flat()).toEqual([slow]);
});

it('lets nobody else leave on trial where that has not helped', () => {
  expect(heard(...seconds(12, 4e6, 0), ...seconds(20, 4e6, 1, 12)).flat()).toEqual([slow]);
});

it('lets another one leave on trial where that has helped', () => {
  expect(heard(...seconds(12, 4e6, 0), ...seconds(20, 8e6, 1, 12)).flat()).toEqual([slow, '10.78.0.2']);
});

it.each<[string, (at: number) => string]>([
  ['nobody is waited for', (at) => sent(at, 0.2, at % 3)],
  ['they are last by turns', (at) => waiting('0').repeat(3) + sent(at, 2.6, at % 3)],
  ['one is waited for now and then', (at) => (at % 3 === 0 ? waiting('0') : '') + sent(at, 0.2, at % 3)],
  ['most are waited for', (at) => waiting('0,1').repeat(12) + sent(at, 0.2, at % 2)],
])('finds nobody when %s', (_what, second) => expect(heard(...times(12, second)).flat()).toEqual([]));

it('reads words that come in pieces', () => {
  const receivers = slowReceivers();
  const found = times(5, (at) => begin + waiting('0').repeat(9) + sent(at)).flatMap((text) => {
    for (const piece of text.match(/[\s\S]{1,7}/g) ?? []) receivers.hear(piece);
    return receivers.next();
  });
  expect(found).toEqual([slow]);
});
