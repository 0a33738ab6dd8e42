// ECC errors of a whole run, added up from reading to reading; a reboot or a reloaded driver begins its counts at 0.
import type { DimmErrors } from '../model/evidence.ts';
import { type EccCounts, eccDifference } from './edac.ts';

export interface EccTally {
  /** null: EDAC was not there at this reading. `secondsSince` the reading before, by the node's own clock. */
  add(counts: EccCounts | null, secondsSince: number, afterBoot: boolean): void;
  /** null: EDAC was never there. */
  dimms(): readonly DimmErrors[] | null;
  unassigned(): { readonly corrected: number; readonly uncorrected: number } | null;
}

export function createEccTally(): EccTally {
  let before: EccCounts | null = null;
  let told = false;
  const dimms = new Map<string, DimmErrors>();
  let unassigned = { corrected: 0, uncorrected: 0 };
  const grow = (more: EccCounts): void => {
    unassigned = {
      corrected: unassigned.corrected + more.unassigned.corrected,
      uncorrected: unassigned.uncorrected + more.unassigned.uncorrected,
    };
    for (const dimm of more.dimms) {
      const key = `${dimm.label} ${dimm.location}`;
      const sum = dimms.get(key);
      dimms.set(key, {
        ...dimm,
        corrected: (sum?.corrected ?? 0) + dimm.corrected,
        uncorrected: (sum?.uncorrected ?? 0) + dimm.uncorrected,
      });
    }
  };
  return {
    add(counts, secondsSince, afterBoot) {
      if (counts === null) return;
      // What a first reading shows is older than the run, unless it is the first since the node was booted.
      const since = afterBoot ? nothing(counts) : (before ?? counts);
      grow(eccDifference(since, counts, before === null || afterBoot ? 0 : secondsSince));
      before = counts;
      told = true;
    },
    dimms: () => (told ? [...dimms.values()] : null),
    unassigned: () => (told ? unassigned : null),
  };
}

function nothing(counts: EccCounts): EccCounts {
  return { ...counts, dimms: [], unassigned: { corrected: 0, uncorrected: 0 } };
}
