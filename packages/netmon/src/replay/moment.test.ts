import { describe, expect, it } from 'vitest';
import { parseMoment } from './moment.ts';

const local = (text: string) => new Date(text).getTime();
const span = { fromMs: local('2026-11-20T22:00:00'), toMs: local('2026-11-22T01:30:00') };

describe('a moment of a recording', () => {
  it.each([
    ['2026-11-22T03:12:05Z', Date.UTC(2026, 10, 22, 3, 12, 5)],
    ['2026-11-22T03:12+01:00', Date.UTC(2026, 10, 22, 2, 12)],
    ['2026-11-21T03:12', local('2026-11-21T03:12:00')],
    ['2026-11-21 03:12:05', local('2026-11-21T03:12:05')],
    ['2026-11-21', local('2026-11-21T00:00:00')],
    ['01:15', local('2026-11-22T01:15:00')],
    ['03:12', local('2026-11-21T03:12:00')],
    ['3:12:30', local('2026-11-21T03:12:30')],
    ['-2h', local('2026-11-21T23:30:00')],
    ['+10m', local('2026-11-20T22:10:00')],
  ])('%s', (text, time) => {
    expect(parseMoment(text, span)).toBe(time);
  });

  it.each(['', 'yesterday', '25:00', '03:60', '2026-13-01', '-x', '12'])('is not %o', (text) => {
    expect(() => parseMoment(text, span)).toThrow(/is not a/);
  });
});
