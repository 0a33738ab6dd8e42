// The traffic of each node by hours and by minutes, beside the blocks: written in the same transaction as the readings it is
// made of, and kept when these make room.
import type { DatabaseSync } from 'node:sqlite';
import { hourMs, type MinuteSums, minuteMs } from '../traffic/minute-sums.ts';
import { addTraffic, noTraffic, partOf, type Traffic } from '../traffic/traffic.ts';
import { decodeTraffic, encodeTraffic } from './traffic-columns.ts';

export const hoursTable = `
CREATE TABLE hours (
  node INTEGER NOT NULL, hour INTEGER NOT NULL, whole BLOB NOT NULL, minutes BLOB, PRIMARY KEY (node, hour)
) WITHOUT ROWID;
CREATE INDEX hours_by_time ON hours (hour);
CREATE INDEX hours_with_minutes ON hours (hour) WHERE minutes IS NOT NULL;
`;

export interface TrafficSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly traffic: Traffic;
}

const minutesAnHour = hourMs / minuteMs;

type Minutes = readonly (Traffic | undefined)[];

/** Adds to what is there of these hours. @throws RangeError where that is damaged */
export function addToHours(database: DatabaseSync, node: number, sums: MinuteSums): void {
  for (const [hour, whole] of sums.hours) addHour(database, node, hour, { whole, minutes: undefined });
  const byHour = Map.groupBy(sums.minutes, ([minute]) => Math.floor(minute / minutesAnHour));
  for (const [hour, those] of byHour) {
    const minutes = Array.from<Traffic | undefined>({ length: minutesAnHour });
    for (const [minute, traffic] of those) minutes[minute - hour * minutesAnHour] = traffic;
    addHour(database, node, hour, { whole: sumOf(minutes), minutes });
  }
}

interface Hour {
  readonly whole: Traffic;
  /** Undefined where each is a sixtieth of the whole. */
  readonly minutes: Minutes | undefined;
}

function addHour(database: DatabaseSync, node: number, hour: number, added: Hour): void {
  const row = database
    .prepare('SELECT whole, minutes FROM hours WHERE node = ? AND hour = ?')
    .get(node, hour);
  const both = row === undefined ? added : together(hourOf(row), added);
  database
    .prepare('INSERT OR REPLACE INTO hours (node, hour, whole, minutes) VALUES (?, ?, ?, ?)')
    .run(
      node,
      hour,
      encodeTraffic([both.whole]),
      both.minutes === undefined ? null : encodeTraffic(both.minutes),
    );
}

function together(one: Hour, other: Hour): Hour {
  const whole = sumOf([one.whole, other.whole]);
  if (one.minutes === undefined && other.minutes === undefined) return { whole, minutes: undefined };
  const [ones, others] = [minutesOf(one), minutesOf(other)];
  return {
    whole,
    minutes: Array.from({ length: minutesAnHour }, (_, at) => {
      const [here, there] = [ones[at], others[at]];
      return here === undefined || there === undefined ? (here ?? there) : sumOf([here, there]);
    }),
  };
}

function minutesOf({ whole, minutes }: Hour): Minutes {
  if (minutes !== undefined) return minutes;
  return Array.from({ length: minutesAnHour }, (_, at) =>
    partOf(whole, at / minutesAnHour, (at + 1) / minutesAnHour),
  );
}

function sumOf(all: Minutes): Traffic {
  const sum = noTraffic();
  for (const each of all) if (each !== undefined) addTraffic(sum, each);
  return sum;
}

/** The hours of a node that touch a span of time, in order. @throws RangeError for one that is damaged */
export function readHours(
  database: DatabaseSync,
  node: string,
  fromMs: number,
  toMs: number,
): readonly TrafficSpan[] {
  return hoursBetween(database, 'NULL', node, fromMs, toMs).map((row) => {
    const startMs = Number(row['hour']) * hourMs;
    return { fromMs: startMs, toMs: startMs + hourMs, traffic: hourOf(row).whole };
  });
}

/** Its minutes. @throws RangeError for one that is damaged */
export function readMinutes(
  database: DatabaseSync,
  node: string,
  fromMs: number,
  toMs: number,
): readonly TrafficSpan[] {
  return hoursBetween(database, 'minutes', node, fromMs, toMs).flatMap((row) => {
    const hourStartMs = Number(row['hour']) * hourMs;
    return minutesOf(hourOf(row)).flatMap((traffic, at) => {
      const startMs = hourStartMs + at * minuteMs;
      const span = { fromMs: startMs, toMs: startMs + minuteMs };
      return traffic === undefined || span.toMs <= fromMs || span.fromMs >= toMs
        ? []
        : [{ ...span, traffic }];
    });
  });
}

function hoursBetween(
  database: DatabaseSync,
  minutes: 'minutes' | 'NULL',
  node: string,
  fromMs: number,
  toMs: number,
) {
  return database
    .prepare(
      `SELECT hour, whole, ${minutes} AS minutes FROM hours
         WHERE node = (SELECT id FROM nodes WHERE name = ?) AND hour BETWEEN ? AND ? ORDER BY hour`,
    )
    .all(node, Math.floor(fromMs / hourMs), Math.ceil(toMs / hourMs) - 1);
}

function hourOf({ whole, minutes }: Record<string, unknown>): Hour {
  if (!(whole instanceof Uint8Array)) throw new RangeError('an hour without data');
  const [sum = noTraffic()] = decodeTraffic(whole, 1);
  return {
    whole: sum,
    minutes: minutes instanceof Uint8Array ? decodeTraffic(minutes, minutesAnHour) : undefined,
  };
}

/** Minutes, and hours, that ended before these times make room. */
export function removeOldTraffic(
  database: DatabaseSync,
  minutesBeforeMs: number,
  hoursBeforeMs: number,
): void {
  database
    .prepare('UPDATE hours SET minutes = NULL WHERE hour < ? AND minutes IS NOT NULL')
    .run(Math.floor(minutesBeforeMs / hourMs));
  database.prepare('DELETE FROM hours WHERE hour < ?').run(Math.floor(hoursBeforeMs / hourMs));
}
