import { describe, expect, it, test } from 'vitest';
import { eventLogLine, freshEntries } from './kept-event-log.ts';
import { entriesOf } from './read-event-log.ts';

test('entries are the lines of ipmitool sel elist, without what is none', () => {
  const said =
    '   1 |  Pre-Init  |0000028056| Memory #0x87 | Uncorrectable ECC | Asserted\nSEL has no entries\n\n';
  expect(entriesOf(said)).toEqual([
    '1 |  Pre-Init  |0000028056| Memory #0x87 | Uncorrectable ECC | Asserted',
  ]);
  expect(entriesOf('a | b\u001b[2J\u0007 | c')).toEqual(['a | b [2J  | c']);
});

describe('the log of a run', () => {
  const kept = (...readings: (readonly string[])[]) => Buffer.concat(readings.map(eventLogLine));

  it('is what came since it was read first', () => {
    expect(freshEntries(kept(['1 | old'], ['1 | old', '2 | new']))).toEqual(['2 | new']);
    expect(freshEntries(kept(['1 | old'], ['1 | old']))).toEqual([]);
    expect(freshEntries(kept([], ['1 | new'], ['1 | new', '2 | new']))).toEqual(['1 | new', '2 | new']);
  });

  it('is unknown when it was not read before and after', () => {
    expect(freshEntries(kept(['1 | old']))).toBe(null);
    expect(freshEntries(undefined)).toBe(null);
  });
});
