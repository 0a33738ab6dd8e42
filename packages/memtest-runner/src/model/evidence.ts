// What a node itself tells beside its test: as differences over the run, never as absolute counts, and `null` for what the
// node does not tell. Missing is unknown, not zero.

/** Errors of one DIMM during the run, as the memory controller counted them. */
export interface DimmErrors {
  /** What the board calls the slot, such as `CPU0_DIMM_A1`; the controller's own name where EDAC has no label. */
  readonly label: string;
  readonly location: string;
  readonly corrected: number;
  readonly uncorrected: number;
  /** From DMI, where slot and label could be matched. */
  readonly serial: string | null;
  readonly part: string | null;
}

/** How the node went through the run. */
export type Survival =
  | { readonly kind: 'up' }
  /** Cannot be reached now; whether it still runs is not known. */
  | { readonly kind: 'unreachable'; readonly since: string }
  /** Another boot id. `clean`: it was shut down by somebody. `position`: the last thing the engine said it would do. */
  | { readonly kind: 'rebooted'; readonly clean: boolean; readonly position: string | null };

export interface Evidence {
  readonly survival: Survival;
  /** Killed for memory during the run, by the kernel's or the cgroup's count. */
  readonly oomKills: number | null;
  readonly dimms: readonly DimmErrors[] | null;
  /** Errors that the controller could not assign to a DIMM. */
  readonly unassigned: { readonly corrected: number; readonly uncorrected: number } | null;
  /** How often a processor was slowed for heat. */
  readonly throttleEvents: number | null;
  /** HardwareCorrupted of /proc/meminfo, difference in bytes: pages that the kernel took out of use. */
  readonly corruptedBytes: number | null;
}
