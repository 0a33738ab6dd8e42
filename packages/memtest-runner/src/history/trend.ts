// How a measurement has gone over months: of one machine, or of all machines of a run.
import type { DatabaseSync } from 'node:sqlite';

export interface TrendPoint {
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

/** What was asked for in a list of nodes: which machine carries the name now. */
export interface Machine {
  readonly number: number;
  /** `serial 4C4C4544`, or `name CLUSTER NODE` of a machine that tells none. */
  readonly key: string;
}

/** The machine that carried the name in its newest run; undefined for a name that was never tested. */
export function machineOf(database: DatabaseSync, node: string): Machine | undefined {
  const row = database
    .prepare(
      `SELECT machine.id, machine.key FROM node_result
         JOIN machine ON machine.id = node_result.machine
         JOIN result ON result.id = node_result.result
       WHERE node = ? ORDER BY started_at DESC LIMIT 1`,
    )
    .get(node);
  return row === undefined ? undefined : { number: Number(row['id']), key: String(row['key']) };
}

/** All measurements of a machine since a time, each in the order of time. */
export function trendOf(
  database: DatabaseSync,
  machine: number,
  since: number,
): ReadonlyMap<string, readonly TrendPoint[]> {
  const rows = database
    .prepare(
      `SELECT measurement.name, result.run, at, value FROM value
         JOIN measurement ON measurement.id = value.measurement
         JOIN result ON result.id = value.result
       WHERE machine = ? AND at >= ? ORDER BY at`,
    )
    .all(machine, since);
  const points = rows.map((row) => ({
    measurement: String(row['name']),
    point: { run: String(row['run']), at: Number(row['at']), value: Number(row['value']) },
  }));
  return new Map(
    [...Map.groupBy(points, ({ measurement }) => measurement)].map(([name, all]) => [
      name,
      all.map(({ point }) => point),
    ]),
  );
}

/** A measurement of one machine over its runs, summed up. */
export interface TrendSummary {
  readonly measurement: string;
  readonly runs: number;
  readonly first: number;
  readonly lowest: number;
  readonly highest: number;
  readonly last: number;
}

/** Of all measurements of a machine since a time: SQLite sums up, so that thousands of machines over months can be asked. */
export function summariesOf(database: DatabaseSync, machine: number, since: number): readonly TrendSummary[] {
  const edge = (order: string): string =>
    `(SELECT value FROM value AS edge WHERE edge.machine = summed.machine AND edge.measurement = summed.measurement
        AND edge.at >= ?2 ORDER BY at ${order} LIMIT 1)`;
  const rows = database
    .prepare(
      `SELECT measurement.name, runs, lowest, highest, ${edge('ASC')} AS first, ${edge('DESC')} AS last FROM (
         SELECT machine, measurement, count(*) AS runs, min(value) AS lowest, max(value) AS highest FROM value
         WHERE machine = ?1 AND at >= ?2 GROUP BY measurement
       ) AS summed JOIN measurement ON measurement.id = summed.measurement ORDER BY measurement.name`,
    )
    .all(machine, since);
  return rows.map((row) => ({
    measurement: String(row['name']),
    runs: Number(row['runs']),
    first: Number(row['first']),
    lowest: Number(row['lowest']),
    highest: Number(row['highest']),
    last: Number(row['last']),
  }));
}

/** A run of some nodes, summed up. */
export interface RunSpread {
  readonly run: string;
  readonly at: number;
  readonly lowest: number;
  readonly median: number;
  readonly highest: number;
  readonly machines: number;
}

/** For each measurement of a run: how the same machines did in the newest runs up to it, oldest first. */
export function spreadsUpTo(
  database: DatabaseSync,
  result: number,
  mostRuns = 30,
): ReadonlyMap<string, readonly RunSpread[]> {
  const rows = database
    .prepare(
      `WITH shown AS (
         SELECT id, run, started_at FROM result
         WHERE started_at <= (SELECT started_at FROM result WHERE id = ?1) ORDER BY started_at DESC LIMIT ?2
       ), ranked AS (
         SELECT measurement, value.result, value,
           row_number() OVER place AS rank, count(*) OVER (PARTITION BY measurement, value.result) AS machines
         FROM value
         WHERE value.result IN (SELECT id FROM shown)
           AND machine IN (SELECT machine FROM node_result WHERE result = ?1)
         WINDOW place AS (PARTITION BY measurement, value.result ORDER BY value)
       )
       SELECT measurement.name, shown.run, shown.started_at AS at, machines,
         min(value) AS lowest, max(value) AS highest,
         avg(CASE WHEN rank IN ((machines + 1) / 2, (machines + 2) / 2) THEN value END) AS median
       FROM ranked
         JOIN shown ON shown.id = ranked.result
         JOIN measurement ON measurement.id = ranked.measurement
       GROUP BY ranked.measurement, ranked.result ORDER BY shown.started_at`,
    )
    .all(result, mostRuns);
  const spreads = rows.map((row) => ({
    name: String(row['name']),
    spread: {
      run: String(row['run']),
      at: Number(row['at']),
      lowest: Number(row['lowest']),
      median: Number(row['median']),
      highest: Number(row['highest']),
      machines: Number(row['machines']),
    },
  }));
  return new Map(
    [...Map.groupBy(spreads, ({ name }) => name)].map(([name, all]) => [
      name,
      all.map(({ spread }) => spread),
    ]),
  );
}
