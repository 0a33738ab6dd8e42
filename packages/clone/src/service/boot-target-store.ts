// What a machine boots when it is in no deployment, if not its own disk: memtest86+, a file; once, or until changed.
import type { DatabaseSync } from 'node:sqlite';
import { numberIn, optionalNumber, type Row, textIn } from '../deploy/deployment-rows.ts';

export interface BootTarget {
  readonly mac: string;
  readonly node: string;
  /** `memtest86+`, or the name of a file below /boot/. */
  readonly target: string;
  readonly once: boolean;
  /** Milliseconds since 1970. */
  readonly expires: number | undefined;
}

export interface BootTargetStore {
  set(target: BootTarget): void;
  /** Back to the local disk. @returns whether there was another target */
  clear(mac: string): boolean;
  /** The target that is good now; one that is for once is gone by this. */
  take(mac: string, now: number): BootTarget | undefined;
  all(): readonly BootTarget[];
}

export function bootTargetStore(database: DatabaseSync): BootTargetStore {
  const clear = (mac: string): boolean =>
    database.prepare('DELETE FROM boots WHERE mac = ?').run(mac).changes === 1;
  const find = database.prepare('SELECT * FROM boots WHERE mac = ?');
  return {
    set: ({ mac, node, target, once, expires }) =>
      void database
        .prepare('INSERT OR REPLACE INTO boots VALUES (?, ?, ?, ?, ?)')
        .run(mac, node, target, once ? 1 : 0, expires ?? null),
    clear,
    take: (mac, now) => {
      const found = find.all(mac).map(targetOf)[0];
      if (found === undefined) return undefined;
      const over = found.expires !== undefined && found.expires <= now;
      if (over || found.once) clear(mac);
      return over ? undefined : found;
    },
    all: () => database.prepare('SELECT * FROM boots ORDER BY node').all().map(targetOf),
  };
}

function targetOf(row: Row): BootTarget {
  return {
    mac: textIn(row, 'mac'),
    node: textIn(row, 'node'),
    target: textIn(row, 'target'),
    once: numberIn(row, 'once') === 1,
    expires: optionalNumber(row, 'expires'),
  };
}
