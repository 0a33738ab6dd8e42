// How much a counter has grown over a run. It begins anew when the node boots or a driver is loaded, and what it shows then is new.

export interface GrowingCount {
  /** null: not known at this reading. `afterBoot`: the first reading since the node was booted during the run. */
  add(value: number | null, afterBoot: boolean): void;
  /** null: the node never told. */
  growth(): number | null;
}

export function createGrowingCount(): GrowingCount {
  let last: number | null = null;
  let grown: number | null = null;
  return {
    add(value, afterBoot) {
      if (value === null) return;
      if (grown === null) grown = afterBoot ? value : 0;
      else if (afterBoot || last === null || value < last) grown += value;
      else grown += value - last;
      last = value;
    },
    growth: () => grown,
  };
}
