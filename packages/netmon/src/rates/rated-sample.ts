// Puts growths into the samples that netmon prints: for an interface, and for the node as the sum of its counted ones.
import type { ByCounter, InterfaceCounterName, InterfaceCounters } from '../model/counter.ts';
import type { Reading } from '../model/reading.ts';
import type { InterfaceSample, NodeSample } from '../model/sample.ts';
import { type Growth, rateOf } from './counter-track.ts';
import type { HostFigures } from './host-rates.ts';
import { utilisationOf } from './interface-class.ts';
import type { Happening, InterfaceState } from './interface-rates.ts';

export interface RatedInterface {
  readonly counters: InterfaceCounters;
  readonly state: InterfaceState;
  /** Undefined for the first reading of a key. */
  readonly growths: ByCounter<Growth> | undefined;
  readonly happenings: readonly Happening[];
}

export interface Timing {
  readonly reading: Reading;
  /** When it arrived, ISO 8601. */
  readonly time: string;
  readonly span: number | null;
  readonly seconds: number | null;
}

export function interfaceSample(
  { reading, time, span, seconds }: Timing,
  { counters, state, growths }: RatedInterface,
  counted: ReadonlySet<string>,
): InterfaceSample {
  const rates = ratesOf((name) => rateOf(growths?.[name], seconds));
  const { facts } = state;
  const larger = largerOf(rates.rxBytesPerSecond, rates.txBytesPerSecond);
  return {
    type: 'sample',
    node: reading.node,
    interface: facts.name,
    time,
    span: growths === undefined ? null : span,
    seconds: growths === undefined ? null : seconds,
    ...rates,
    rxBytes: counters.rxBytes,
    txBytes: counters.txBytes,
    utilisation: utilisationOf(larger, facts.speedMbit),
    speedMbit: facts.speedMbit,
    counted: counted.has(facts.name),
  };
}

/** @param counted the interfaces that it is the sum of; null where they are not those of the last reading */
export function nodeSample(
  { reading, time, span, seconds }: Timing,
  rated: readonly RatedInterface[],
  counted: ReadonlySet<string> | null,
  figures: HostFigures,
): NodeSample {
  const growths = rated.filter(({ state }) => counted?.has(state.facts.name)).map((each) => each.growths);
  const sum = (name: InterfaceCounterName): number | null =>
    growths.length > 0 ? rateOf(sumOf(growths.map((each) => each?.[name])), seconds) : null;
  return {
    type: 'sample',
    node: reading.node,
    interface: null,
    time,
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
