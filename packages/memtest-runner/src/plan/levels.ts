// What each level promises: how long it takes, and what it proves. A level is a list of shares of its time; which phases run
// is decided by what the nodes have.
import type { Driver } from './phase.ts';

export const levelNames = ['quick', 'short', 'standard', 'burn-in'] as const;
export type LevelName = (typeof levelNames)[number];

export interface LevelPart {
  readonly driver: Driver;
  /** Of the time of the level; the bandwidth engine takes what it needs. */
  readonly share: number;
  /** Data backgrounds of the march: 1, 7 (every pair of bits of a word) or 10 (of a line). */
  readonly backgrounds?: number;
  /** One number of threads instead of the whole sweep. */
  readonly brief?: boolean;
}

export interface Level {
  readonly seconds: number;
  readonly proves: string;
  readonly parts: readonly LevelPart[];
}

export const levels: Readonly<Record<LevelName, Level>> = {
  quick: {
    seconds: 120,
    proves: 'each cell holds 0 and 1 beside both neighbours, each address is its own; bandwidth at full load',
    parts: [
      { driver: 'stream', share: 0, brief: true },
      { driver: 'march', share: 1, backgrounds: 1 },
    ],
  },
  short: {
    seconds: 15 * 60,
    proves: 'every pair of bits of a word; bandwidth by number of threads',
    parts: [
      { driver: 'stream', share: 0 },
      { driver: 'march', share: 1, backgrounds: 7 },
    ],
  },
  standard: {
    seconds: 2 * 3600,
    proves: 'every pair of bits of a word, many times; heat and full buses beside the memory test',
    parts: [
      { driver: 'stream', share: 0 },
      { driver: 'march', share: 0.5, backgrounds: 7 },
      { driver: 'stressapptest', share: 0.2 },
      { driver: 'mixed', share: 0.3, backgrounds: 7 },
    ],
  },
  'burn-in': {
    seconds: 24 * 3600,
    proves:
      'every pair of bits of a line, hundreds of times; early failures under heat and full buses; bandwidth before and after',
    parts: [
      { driver: 'stream', share: 0 },
      { driver: 'march', share: 0.35, backgrounds: 10 },
      { driver: 'stressapptest', share: 0.2 },
      { driver: 'mixed', share: 0.45, backgrounds: 10 },
      { driver: 'stream', share: 0, brief: true },
    ],
  },
};
