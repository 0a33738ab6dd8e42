// A counter as the kernel keeps it: it only grows, up to 64 bits, so a bigint (a double is exact to 2^53 only: 9 PB).

/** A reading of a counter that grows; null = could not be read (never 0). */
export type Counter = bigint | null;

/** The counters of an interface, in the order of the sampler's words and of recordings. Only ever append. */
export const interfaceCounterNames = [
  'rxBytes',
  'rxPackets',
  'rxErrors',
  'rxDropped',
  'txBytes',
  'txPackets',
  'txErrors',
  'txDropped',
  'carrierChanges',
] as const;

export type InterfaceCounterName = (typeof interfaceCounterNames)[number];
export type InterfaceCounters = ByCounter<Counter>;

/** Builds the record from values in the order of {@link interfaceCounterNames}; what is missing is null. */
export function interfaceCounters(values: readonly Counter[]): InterfaceCounters {
  return {
    rxBytes: values[0] ?? null,
    rxPackets: values[1] ?? null,
    rxErrors: values[2] ?? null,
    rxDropped: values[3] ?? null,
    txBytes: values[4] ?? null,
    txPackets: values[5] ?? null,
    txErrors: values[6] ?? null,
    txDropped: values[7] ?? null,
    carrierChanges: values[8] ?? null,
  };
}

export type ByCounter<Value> = Readonly<Record<InterfaceCounterName, Value>>;

/** One of each, as an object of one shape: this is made of every reading of every interface. */
export function byCounter<Value>(valueOf: (name: InterfaceCounterName) => Value): ByCounter<Value> {
  return {
    rxBytes: valueOf('rxBytes'),
    rxPackets: valueOf('rxPackets'),
    rxErrors: valueOf('rxErrors'),
    rxDropped: valueOf('rxDropped'),
    txBytes: valueOf('txBytes'),
    txPackets: valueOf('txPackets'),
    txErrors: valueOf('txErrors'),
    txDropped: valueOf('txDropped'),
    carrierChanges: valueOf('carrierChanges'),
  };
}
