// Machines as they were seen, known or not: in the order seen, with what they said of themselves.
import type { DatabaseSync } from 'node:sqlite';
import { type MachineReport, parseMachineReport } from '../protocol/claim.ts';

export interface SeenMachine {
  readonly mac: string;
  /** Milliseconds since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly address: string | undefined;
  readonly platform: string | undefined;
  /** From its last claim. */
  readonly report: MachineReport | undefined;
  /** We have written to its disks since that report. */
  readonly written: boolean;
}

export interface Sighting {
  readonly mac: string;
  readonly address?: string | undefined;
  readonly platform?: string | undefined;
}

export interface MachineStore {
  saw(sighting: Sighting, now: number): void;
  /** @param claim the text of its claim; the token is left out of what is kept */
  report(mac: string, claim: string): void;
  /** A deployment begins to write to its disks: what they are reported to hold is no longer so. */
  wrote(mac: string): void;
  forget(mac: string): void;
  machine(mac: string): SeenMachine | undefined;
  /** In the order first seen. */
  all(): readonly SeenMachine[];
}

/** More unknown MACs than any hall has racks: a forger must not fill the disk. */
const mostMachines = 200_000;

export function machineStore(database: DatabaseSync): MachineStore {
  const see = database.prepare(
    `INSERT INTO machines (mac, first_seen, last_seen, address, platform)
     SELECT ?1, ?2, ?2, ?3, ?4 WHERE (SELECT count(*) FROM machines) < ${mostMachines} OR EXISTS (SELECT 1 FROM machines WHERE mac = ?1)
     ON CONFLICT (mac) DO UPDATE SET last_seen = ?2, address = coalesce(?3, address), platform = coalesce(?4, platform)`,
  );
  const one = database.prepare('SELECT * FROM machines WHERE mac = ?');
  return {
    saw: ({ mac, address, platform }, now) => void see.run(mac, now, address ?? null, platform ?? null),
    report: (mac, claim) =>
      void database
        .prepare('UPDATE machines SET report = ?, written = 0 WHERE mac = ?')
        .run(claim.replace(/^token .*\n/m, ''), mac),
    wrote: (mac) => void database.prepare('UPDATE machines SET written = 1 WHERE mac = ?').run(mac),
    forget: (mac) => void database.prepare('DELETE FROM machines WHERE mac = ?').run(mac),
    machine: (mac) => one.all(mac).map(machineOf)[0],
    all: () => database.prepare('SELECT * FROM machines ORDER BY first_seen, rowid').all().map(machineOf),
  };
}

function machineOf(row: Readonly<Record<string, unknown>>): SeenMachine {
  const text = (column: string): string | undefined => {
    const value = row[column];
    return typeof value === 'string' ? value : undefined;
  };
  const report = text('report');
  return {
    mac: text('mac') ?? '',
    firstSeen: Number(row['first_seen']),
    lastSeen: Number(row['last_seen']),
    address: text('address'),
    platform: text('platform'),
    report: report === undefined ? undefined : parseMachineReport(report),
    written: row['written'] === 1,
  };
}
