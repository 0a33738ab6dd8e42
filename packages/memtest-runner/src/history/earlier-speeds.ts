// What a machine measured in earlier runs: for nodes of which too few are alike to be compared with each other.
import type { DatabaseSync } from 'node:sqlite';
import type { EarlierSpeeds } from '../judge/judge-run.ts';
import { machineKey } from './save-run.ts';

/** More than this many runs ago, a machine was another one: BIOS, kernel, DIMMs. */
const MOST_RUNS = 50;

/** For judgeRun; `except` is the run that is being judged. */
export function earlierSpeeds(
  database: DatabaseSync | undefined,
  cluster: string | null,
  except: string,
): EarlierSpeeds {
  if (database === undefined) return () => [];
  const query = database.prepare(
    `SELECT value FROM value
       JOIN machine ON machine.id = value.machine
       JOIN measurement ON measurement.id = value.measurement
       JOIN result ON result.id = value.result
     WHERE machine.key = ? AND measurement.name = ? AND result.run <> ?
     ORDER BY at DESC LIMIT ?`,
  );
  return ({ node, facts }, measurement) =>
    query
      .all(machineKey(node, facts.serial, cluster), measurement, except, MOST_RUNS)
      .map((row) => Number(row['value']))
      .toReversed();
}
