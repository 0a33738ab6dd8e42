// The counters of one interface between two readings of the same key: the growth of each, and what happened to them.
import {
  type InterfaceCounterName,
  type InterfaceCounters,
  interfaceCounterNames,
} from '../model/counter.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { NetEventName } from '../model/sample.ts';
import { type CounterTrack, type Growth, stepCounter, wrapGrowth } from './counter-track.ts';

export interface InterfaceState {
  readonly facts: InterfaceFacts;
  readonly tracks: ReadonlyMap<InterfaceCounterName, CounterTrack>;
}

export interface Happening {
  readonly event: NetEventName;
  readonly detail: string;
}

export interface InterfaceAdvance {
  readonly state: InterfaceState;
  readonly growths: ReadonlyMap<InterfaceCounterName, Growth>;
  readonly happenings: readonly Happening[];
}

export interface Interval {
  readonly seconds: number;
  /** Width of the kernel's counters, where known. */
  readonly bits: 32 | 64 | null;
}

/** Faster than any port sold: the bound where the speed is not known. */
const fastestMbit = 1_600_000;
/** Speeds are told roughly, and counters are not read in the same instant as the clock. */
const slack = 1.25;

const traffic: readonly InterfaceCounterName[] = ['rxBytes', 'rxPackets', 'txBytes', 'txPackets'];

/** The shortest Ethernet frame without its check sequence: the most packets that a link can carry. */
const shortestFrame = 60;

/** What a link of this speed carries at most; errors and flaps have no bound. */
function mostOf(name: InterfaceCounterName, speedMbit: number, { seconds }: Interval): number {
  if (!traffic.includes(name)) return Number.POSITIVE_INFINITY;
  const bytes = speedMbit * 125_000 * seconds * slack;
  return name.endsWith('Bytes') ? bytes : bytes / shortestFrame;
}

/** A first reading of this key: nothing is known of its rates. */
export function baseline(facts: InterfaceFacts, counters: InterfaceCounters): InterfaceState {
  return {
    facts,
    tracks: new Map(interfaceCounterNames.map((name) => [name, { value: counters[name], fell: null }])),
  };
}

/** The next reading of the same key. */
export function advanceInterface(
  before: InterfaceState,
  facts: InterfaceFacts,
  counters: InterfaceCounters,
  interval: Interval,
): InterfaceAdvance {
  const steps = new Map(
    interfaceCounterNames.map((name) => [
      name,
      stepCounter(
        before.tracks.get(name),
        counters[name],
        mostOf(name, facts.speedMbit ?? fastestMbit, interval),
      ),
    ]),
  );
  for (const [name, track] of wrapped(before, counters, facts, interval)) steps.set(name, track);
  const fallen = interfaceCounterNames.filter((name) => whyUnknown(steps.get(name)?.growth) === 'decreased');
  const reset = isReset(fallen, before, counters);
  const growths = new Map<InterfaceCounterName, Growth>(
    [...steps].map(([name, { growth }]) => [
      name,
      reset && growth.kind !== 'unknown' && name !== 'carrierChanges'
        ? { kind: 'unknown', why: 'decreased' }
        : growth,
    ]),
  );
  return {
    state: { facts, tracks: new Map([...steps].map(([name, { track }]) => [name, track])) },
    growths,
    happenings: happeningsOf(before, facts, growths, reset ? 'reset' : fallen),
  };
}

/**
 * Traffic counters that fell to something else than 0, or all of them at once, were reset; then those that did not fall
 * may have been reset and have outgrown their old value. One that reads 0 while others grow was misread alone.
 */
function isReset(
  fallen: readonly InterfaceCounterName[],
  before: InterfaceState,
  counters: InterfaceCounters,
): boolean {
  const fallenTraffic = fallen.filter((name) => traffic.includes(name));
  const wereAbove = traffic.filter((name) => (before.tracks.get(name)?.value ?? 0n) > 0n);
  return (
    fallenTraffic.some((name) => counters[name] !== 0n) ||
    (fallenTraffic.length > 0 && fallenTraffic.length === wereAbove.length)
  );
}

/**
 * Wraps are undone only where nothing else explains them: the width is known, the link is not faster than that, and no
 * other counter of the interface fell without being explained so too.
 */
function wrapped(
  before: InterfaceState,
  counters: InterfaceCounters,
  facts: InterfaceFacts,
  interval: Interval,
): readonly (readonly [InterfaceCounterName, ReturnType<typeof stepCounter>])[] {
  const { bits } = interval;
  if (bits === null || facts.speedMbit === null || facts.driver !== before.facts.driver) return [];
  const found: (readonly [InterfaceCounterName, ReturnType<typeof stepCounter>])[] = [];
  for (const name of interfaceCounterNames) {
    const track = before.tracks.get(name);
    const value = counters[name];
    if (value === null || track === undefined || track.value === null || value >= track.value) continue;
    if (track.fell !== null || !traffic.includes(name)) return [];
    const by = wrapGrowth(track.value, value, bits);
    if (Number(by) > mostOf(name, facts.speedMbit, interval)) return [];
    found.push([name, { track: { value, fell: null }, growth: { kind: 'wrapped', by } }]);
  }
  // All of them together is what a reset looks like.
  return found.length === traffic.length ? [] : found;
}

function happeningsOf(
  before: InterfaceState,
  facts: InterfaceFacts,
  growths: ReadonlyMap<InterfaceCounterName, Growth>,
  fallen: readonly InterfaceCounterName[] | 'reset',
): readonly Happening[] {
  const { name } = facts;
  const found: Happening[] = [];
  const flaps = growths.get('carrierChanges');
  if (flaps?.kind === 'grew' && flaps.by > 0n) {
    found.push({ event: 'carrier-flapped', detail: `${name}: carrier changed ${flaps.by} times` });
  }
  if (facts.speedMbit !== before.facts.speedMbit) {
    const from = speedText(before.facts);
    found.push({ event: 'speed-changed', detail: `${name}: speed ${from} -> ${speedText(facts)}` });
  }
  if (fallen === 'reset') found.push({ event: 'counters-reset', detail: `${name}: counters were reset` });
  else if (fallen.length > 0) {
    found.push({
      event: 'counter-decreased',
      detail: `${name}: ${fallen.join(', ')} fell while others grew`,
    });
  }
  const returned = named(growths, 'returned');
  if (returned !== '') {
    found.push({ event: 'counter-returned', detail: `${name}: ${returned} came back after a false reading` });
  }
  const unreadable = interfaceCounterNames.filter(
    (counter) =>
      whyUnknown(growths.get(counter)) === 'unreadable' && before.tracks.get(counter)?.value !== null,
  );
  if (unreadable.length > 0) {
    found.push({ event: 'counter-unreadable', detail: `${name}: ${unreadable.join(', ')} cannot be read` });
  }
  const wraps = [...growths].filter(([, growth]) => growth.kind === 'wrapped').map(([counter]) => counter);
  if (wraps.length > 0) {
    found.push({ event: 'counter-wrapped', detail: `${name}: ${wraps.join(', ')} wrapped around` });
  }
  return found;
}

function named(growths: ReadonlyMap<InterfaceCounterName, Growth>, why: string): string {
  return [...growths]
    .filter(([, growth]) => whyUnknown(growth) === why)
    .map(([name]) => name)
    .join(', ');
}

function whyUnknown(growth: Growth | undefined): string | undefined {
  return growth?.kind === 'unknown' ? growth.why : undefined;
}

function speedText({ speedMbit }: InterfaceFacts): string {
  return speedMbit === null ? 'unknown' : `${speedMbit} Mbit/s`;
}
