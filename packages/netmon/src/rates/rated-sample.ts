// Puts growths into the samples that netmon prints: for an interface, and for the node as the sum of its counted ones.
import type { InterfaceCounterName, InterfaceCounters } from '../model/counter.ts';
import type { InterfaceReading, Reading } from '../model/reading.ts';
import type { InterfaceSample, NodeSample } from '../model/sample.ts';
import { type Growth, rateOf } from './counter-track.ts';
import type { HostFigures } from './host-rates.ts';
import { classOf, countedInterfaces, utilisationOf } from './interface-class.ts';
import type { Happening, InterfaceState } from './interface-rates.ts';

export interface RatedInterface {
  readonly counters: InterfaceCounters;
  readonly state: InterfaceState;
  /** Undefined for the first reading of a key. */
  readonly growths: ReadonlyMap<InterfaceCounterName, Growth> | undefined;
  readonly happenings: readonly Happening[];
}

export interface Timing {
  readonly reading: Reading;
  readonly span: number | null;
  readonly seconds: number | null;
}

export function interfaceSample(
  { reading, span, seconds }: Timing,
  { counters, state, growths }: RatedInterface,
  siblings: readonly InterfaceReading[],
): InterfaceSample {
  const rates = ratesOf((name) => rateOf(growths?.get(name), seconds));
  const { facts } = state;
  const larger = largerOf(rates.rxBytesPerSecond, rates.txBytesPerSecond);
  return {
    type: 'sample',
    node: reading.node,
    interface: facts.name,
    time: new Date(reading.arrivedMs).toISOString(),
    span: growths === undefined ? null : span,
    seconds: growths === undefined ? null : seconds,
    ...rates,
    rxBytes: counters.rxBytes,
    txBytes: counters.txBytes,
    utilisation: utilisationOf(larger, facts.speedMbit),
    speedMbit: facts.speedMbit,
    counted:
      classOf(
        facts,
        siblings.map((each) => each.facts),
      ) === 'physical',
  };
}

/** @param before the interfaces of the last reading: a counted one that went or came leaves the sum unknown */
export function nodeSample(
  { reading, span, seconds }: Timing,
  rated: readonly RatedInterface[],
  before: ReadonlyMap<string, InterfaceState>,
  figures: HostFigures,
): NodeSample {
  const names = (all: Iterable<InterfaceState>) =>
    countedInterfaces([...all].map(({ facts }) => facts)).map(({ name }) => name);
  const counted = names(rated.map(({ state }) => state));
  const same = names(before.values()).toSorted().join(' ') === counted.toSorted().join(' ');
  const growths = rated.filter(({ state }) => counted.includes(state.facts.name)).map((each) => each.growths);
  const sum = (name: InterfaceCounterName): number | null =>
    same && growths.length > 0 ? rateOf(sumOf(growths.map((each) => each?.get(name))), seconds) : null;
  return {
    type: 'sample',
    node: reading.node,
    interface: null,
    time: new Date(reading.arrivedMs).toISOString(),
    span,
    seconds,
    ...ratesOf(sum),
    ...figures,
  };
}

/** Growths are added before they are divided: so the sum is exact too. */
function sumOf(growths: readonly (Growth | undefined)[]): Growth {
  let by = 0n;
  for (const growth of growths) {
    if (growth === undefined || growth.kind === 'unknown') return { kind: 'unknown', why: 'first' };
    by += growth.by;
  }
  return { kind: 'grew', by };
}

function ratesOf(rate: (name: InterfaceCounterName) => number | null) {
  return {
    rxBytesPerSecond: rate('rxBytes'),
    txBytesPerSecond: rate('txBytes'),
    rxPacketsPerSecond: rate('rxPackets'),
    txPacketsPerSecond: rate('txPackets'),
    rxErrorsPerSecond: rate('rxErrors'),
    txErrorsPerSecond: rate('txErrors'),
    rxDroppedPerSecond: rate('rxDropped'),
    txDroppedPerSecond: rate('txDropped'),
  };
}

function largerOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
