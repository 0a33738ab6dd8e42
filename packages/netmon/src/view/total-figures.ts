// The figures of a row, and of a group of rows. null = not known, never 0. Imports nothing: the page has it as it is.

export interface Figures {
  /** Bytes per second. */
  readonly received: number | null;
  readonly sent: number | null;
  /** Per second, of both directions. */
  readonly packets: number | null;
  readonly errors: number | null;
  readonly drops: number | null;
  /** Of the busiest link, 0 to 1. */
  readonly utilisation: number | null;
  readonly retransmits: number | null;
  readonly load: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
  /** Seconds since the last sample arrived. */
  readonly age: number | null;
}

export const unknownFigures: Figures = {
  received: null,
  sent: null,
  packets: null,
  errors: null,
  drops: null,
  utilisation: null,
  retransmits: null,
  load: null,
  cpu: null,
  memory: null,
  age: null,
};

/** Sums of what flows, the largest of what is a share, the mean of what a node has one of; over the nodes that know it. */
export function totalFigures(all: readonly Figures[]): Figures {
  return {
    received: sumOfKnown(all, 'received'),
    sent: sumOfKnown(all, 'sent'),
    packets: sumOfKnown(all, 'packets'),
    errors: sumOfKnown(all, 'errors'),
    drops: sumOfKnown(all, 'drops'),
    utilisation: largest(all, 'utilisation'),
    retransmits: largest(all, 'retransmits'),
    load: meanOfKnown(all, 'load'),
    cpu: meanOfKnown(all, 'cpu'),
    memory: meanOfKnown(all, 'memory'),
    age: largest(all, 'age'),
  };
}

function sumOfKnown(all: readonly Figures[], name: keyof Figures): number | null {
  let sum: number | null = null;
  for (const { [name]: value } of all) if (value !== null) sum = (sum ?? 0) + value;
  return sum;
}

function meanOfKnown(all: readonly Figures[], name: keyof Figures): number | null {
  const known = all.reduce((count, { [name]: value }) => (value === null ? count : count + 1), 0);
  const sum = sumOfKnown(all, name);
  return sum === null ? null : sum / known;
}

function largest(all: readonly Figures[], name: keyof Figures): number | null {
  let best: number | null = null;
  for (const { [name]: value } of all) if (value !== null && (best === null || value > best)) best = value;
  return best;
}
