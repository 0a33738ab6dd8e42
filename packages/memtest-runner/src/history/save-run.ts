// Puts the result of a run into the history: whole, compressed, node by node, and the figures that are asked for over months
// in tables of their own.
import type { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { inTransaction } from '@heorot/state';
import { judgedBandwidths, measurementOf } from '../judge/judge-bandwidth.ts';
import type { NodeResult, RunResult } from '../model/run-result.ts';

/** Saves a run, or what is known of it so far: what was saved under the same id is replaced. */
export function saveRun(database: DatabaseSync, result: RunResult): void {
  const save = statements(database);
  inTransaction(database, () => {
    database.prepare('DELETE FROM result WHERE run = ?').run(result.id);
    const { nodes, ...rest } = result;
    const { id, name, level, cluster, startedAt, endedAt, nodeSet, suspects } = rest;
    const row = save.result.get(
      id,
      name,
      level,
      cluster,
      Date.parse(startedAt),
      endedAt === null ? null : Date.parse(endedAt),
      nodeSet,
      suspects,
      nodes.length,
      packed(rest),
    );
    const number = Number(row?.['id']);
    for (const [position, node] of nodes.entries()) saveNode(save, number, position, node, result);
  });
}

function saveNode(
  save: Statements,
  result: number,
  position: number,
  node: NodeResult,
  { cluster, startedAt }: RunResult,
): void {
  const machine = Number(save.machine.get(machineKey(node.node, node.facts.serial, cluster))?.['id']);
  save.node.run(
    result,
    position,
    node.node,
    machine,
    node.verdict,
    node.reasons[0]?.text ?? '',
    packed(node),
  );
  for (const [measurement, value] of valuesOf(node)) {
    const id = Number(save.measurement.get(measurement)?.['id']);
    save.value.run(machine, id, result, Date.parse(startedAt), value);
  }
  for (const { serial, slot, part } of node.facts.dimms ?? []) {
    if (serial === null) continue;
    const counted = node.evidence.dimms?.find((dimm) => dimm.serial === serial);
    save.dimm.run(
      serial,
      result,
      machine,
      node.node,
      slot,
      part,
      counted?.corrected ?? null,
      counted?.uncorrected ?? null,
    );
  }
}

/** A machine without a serial number is known by its name in its cluster. */
export function machineKey(node: string, serial: string | null, cluster: string | null): string {
  if (serial !== null) return `serial ${serial}`;
  return cluster === null ? `name ${node}` : `name ${cluster} ${node}`;
}

/** The figures of a node that are kept for months: its bandwidth, how fast its engines were, its ECC errors, its heat. */
function valuesOf({ engines, evidence }: NodeResult): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const bandwidth of judgedBandwidths({ engines })) {
    values.set(measurementOf(bandwidth), bandwidth.bytesPerSecond);
  }
  for (const { engine, variant, bytesPerSecond, bandwidth } of engines) {
    if (bytesPerSecond !== null && bandwidth.length === 0)
      values.set(`${engine}, ${variant}`, bytesPerSecond);
  }
  const { dimms, temperatures } = evidence;
  if (dimms !== null) {
    values.set(
      'corrected errors',
      dimms.reduce((sum, { corrected }) => sum + corrected, 0),
    );
    values.set(
      'uncorrected errors',
      dimms.reduce((sum, { uncorrected }) => sum + uncorrected, 0),
    );
  }
  if (temperatures !== null && temperatures.length > 0) {
    values.set('highest temperature', Math.max(...temperatures.map(({ highestCelsius }) => highestCelsius)));
  }
  return values;
}

type Statements = ReturnType<typeof statements>;

function statements(database: DatabaseSync) {
  const known = (table: string, column: string) =>
    database.prepare(
      `INSERT INTO ${table} (${column}) VALUES (?) ON CONFLICT (${column}) DO UPDATE SET ${column} = excluded.${column} RETURNING id`,
    );
  return {
    machine: known('machine', 'key'),
    measurement: known('measurement', 'name'),
    result: database.prepare(
      `INSERT INTO result (run, name, level, cluster, started_at, ended_at, node_set, suspects, node_count, document)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    ),
    node: database.prepare('INSERT INTO node_result VALUES (?, ?, ?, ?, ?, ?, ?)'),
    value: database.prepare('INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?, ?)'),
    dimm: database.prepare('INSERT OR REPLACE INTO dimm VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  };
}

function packed(document: object): Uint8Array {
  return zstdCompressSync(JSON.stringify(document));
}
