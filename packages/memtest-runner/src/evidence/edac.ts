// ECC errors by DIMM from EDAC's sysfs (Documentation/driver-api/edac.rst, ABI/testing/sysfs-devices-edac): `dimmN` or `rankN`
// folders of newer kernels, `csrowN/chM_*` of older ones.
import type { DimmErrors } from '../model/evidence.ts';
import { entriesOf, numberAt, type SystemTree, textAt } from './system-tree.ts';

export interface EccCounts {
  readonly dimms: readonly DimmErrors[];
  readonly unassigned: { readonly corrected: number; readonly uncorrected: number };
  /** Smallest of all controllers: when a driver is loaded anew its counts begin at 0. */
  readonly secondsSinceReset: number;
}

const CONTROLLERS = '/sys/devices/system/edac/mc';

/** null where no memory controller is watched, or none of them counts: that is unknown, not zero. */
export function readEcc(tree: SystemTree): EccCounts | null {
  const controllers = entriesOf(tree, CONTROLLERS).filter((name) => /^mc\d+$/.test(name));
  const dimms = controllers.flatMap((mc) => dimmsOf(tree, mc));
  if (dimms.length === 0) return null;
  const count = (path: string): number => numberAt(tree, path) ?? 0;
  const sum = (file: string): number =>
    controllers.reduce((all, mc) => all + count(`${CONTROLLERS}/${mc}/${file}`), 0);
  const resets = controllers.flatMap(
    (mc) => numberAt(tree, `${CONTROLLERS}/${mc}/seconds_since_reset`) ?? [],
  );
  return {
    dimms,
    unassigned: { corrected: sum('ce_noinfo_count'), uncorrected: sum('ue_noinfo_count') },
    secondsSinceReset: Math.min(...resets, Number.MAX_SAFE_INTEGER),
  };
}

/** Kernels before 4.9 name `dimmN` folders but count by row; some drivers count by controller only. */
function dimmsOf(tree: SystemTree, mc: string): readonly DimmErrors[] {
  const folder = `${CONTROLLERS}/${mc}`;
  const entries = entriesOf(tree, folder);
  const dimms = entries.filter(
    (name) => /^(dimm|rank)\d+$/.test(name) && numberAt(tree, `${folder}/${name}/dimm_ce_count`) !== null,
  );
  if (dimms.length > 0) return dimms.map((name) => readDimm(tree, mc, name));
  const rows = entries.filter((name) => /^csrow\d+$/.test(name)).flatMap((row) => readRow(tree, mc, row));
  return rows.length > 0 ? rows : readController(tree, mc);
}

function readController(tree: SystemTree, mc: string): readonly DimmErrors[] {
  const corrected = numberAt(tree, `${CONTROLLERS}/${mc}/ce_count`);
  if (corrected === null) return [];
  const uncorrected = numberAt(tree, `${CONTROLLERS}/${mc}/ue_count`) ?? 0;
  return [{ label: mc, location: '', corrected, uncorrected, serial: null, part: null }];
}

function readDimm(tree: SystemTree, mc: string, name: string): DimmErrors {
  const folder = `${CONTROLLERS}/${mc}/${name}`;
  return {
    label: textAt(tree, `${folder}/dimm_label`) || `${mc}/${name}`,
    location: textAt(tree, `${folder}/dimm_location`)?.trim() ?? '',
    corrected: numberAt(tree, `${folder}/dimm_ce_count`) ?? 0,
    uncorrected: numberAt(tree, `${folder}/dimm_ue_count`) ?? 0,
    serial: null,
    part: null,
  };
}

/** Older kernels count uncorrected errors by row only: they are told with its first channel. */
function readRow(tree: SystemTree, mc: string, row: string): readonly DimmErrors[] {
  const folder = `${CONTROLLERS}/${mc}/${row}`;
  const channels = entriesOf(tree, folder).flatMap((name) => /^(ch\d+)_ce_count$/.exec(name)?.[1] ?? []);
  return channels.map((channel, index) => ({
    label: textAt(tree, `${folder}/${channel}_dimm_label`) || `${mc}/${row}/${channel}`,
    location: `${row} ${channel}`,
    corrected: numberAt(tree, `${folder}/${channel}_ce_count`) ?? 0,
    uncorrected: index === 0 ? (numberAt(tree, `${folder}/ue_count`) ?? 0) : 0,
    serial: null,
    part: null,
  }));
}

/** What was added between two readings. After a reset in between, all that is counted now is new. */
export function eccDifference(before: EccCounts, after: EccCounts, secondsBetween: number): EccCounts {
  const reset = after.secondsSinceReset < secondsBetween;
  const more = (then: number, now: number): number => (reset || now < then ? now : now - then);
  const earlier = new Map(before.dimms.map((dimm) => [keyOf(dimm), dimm]));
  return {
    dimms: after.dimms.map((dimm) => {
      const then = earlier.get(keyOf(dimm));
      return {
        ...dimm,
        corrected: more(then?.corrected ?? 0, dimm.corrected),
        uncorrected: more(then?.uncorrected ?? 0, dimm.uncorrected),
      };
    }),
    unassigned: {
      corrected: more(before.unassigned.corrected, after.unassigned.corrected),
      uncorrected: more(before.unassigned.uncorrected, after.unassigned.uncorrected),
    },
    secondsSinceReset: after.secondsSinceReset,
  };
}

/** Two DIMMs may carry the same label on a careless board. */
function keyOf({ label, location }: DimmErrors): string {
  return `${label} ${location}`;
}
