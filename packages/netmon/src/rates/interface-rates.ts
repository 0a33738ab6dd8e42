// The counters of one interface between two readings of the same key: the growth of each, and what happened to them.
import {
  type ByCounter,
  byCounter,
  type InterfaceCounterName,
  type InterfaceCounters,
  interfaceCounterNames,
} from '../model/counter.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { NetEventName } from '../model/sample.ts';
import {
  type CounterStep,
  type CounterTrack,
  type Growth,
  stepCounter,
  wrapGrowth,
} from './counter-track.ts';

export interface InterfaceState {
  readonly facts: InterfaceFacts;
  readonly tracks: ByCounter<CounterTrack>;
}

export interface Happening {
  readonly event: NetEventName;
  readonly detail: string;
}

export interface InterfaceAdvance {
  readonly state: InterfaceState;
  readonly growths: ByCounter<Growth>;
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
  const bytes = speedMbit * 125_000 * seconds * slack;
  if (name === 'rxBytes' || name === 'txBytes') return bytes;
  return name === 'rxPackets' || name === 'txPackets' ? bytes / shortestFrame : Number.POSITIVE_INFINITY;
}

/** A first reading of this key: nothing is known of its rates. */
export function baseline(facts: InterfaceFacts, counters: InterfaceCounters): InterfaceState {
  return {
    facts,
    tracks: byCounter((name) => ({ value: counters[name], fell: null })),
  };
}

/** The next reading of the same key. */
export function advanceInterface(
  before: InterfaceState,
  facts: InterfaceFacts,
  counters: InterfaceCounters,
  interval: Interval,
): InterfaceAdvance {
  let certain = true;
  const steps = byCounter((name) => {
    const most = mostOf(name, facts.speedMbit ?? fastestMbit, interval);
    const step = stepCounter(before.tracks[name], counters[name], most);
    certain &&= step.growth.kind === 'grew';
    return step;
  });
  // Nearly every reading of every interface ends here.
  const { growth: flaps } = steps.carrierChanges;
  if (certain && flaps.kind === 'grew' && flaps.by === 0n && facts === before.facts) {
    const [tracks, growths] = [
      byCounter((name) => steps[name].track),
      byCounter((name) => steps[name].growth),
    ];
    return { state: { facts, tracks }, growths, happenings: [] };
  }
  return explained(before, facts, counters, { ...steps, ...wrapped(before, counters, facts, interval) });
}

/** Something else happened than that counters grew. */
function explained(
  before: InterfaceState,
  facts: InterfaceFacts,
  counters: InterfaceCounters,
  steps: ByCounter<CounterStep>,
): InterfaceAdvance {
  const fallen = interfaceCounterNames.filter((name) => whyUnknown(steps[name].growth) === 'decreased');
  const reset = isReset(fallen, before, counters);
  const growths = byCounter((name): Growth => {
    const { growth } = steps[name];
    if (!reset || growth.kind === 'unknown' || name === 'carrierChanges') return growth;
    return { kind: 'unknown', why: 'decreased' };
  });
  return {
    state: { facts, tracks: byCounter((name) => steps[name].track) },
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
  const wereAbove = traffic.filter((name) => (before.tracks[name].value ?? 0n) > 0n);
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
): Partial<ByCounter<CounterStep>> {
  const { bits } = interval;
  if (bits === null || facts.speedMbit === null || facts.driver !== before.facts.driver) return {};
  const found: Partial<Record<InterfaceCounterName, CounterStep>> = {};
  for (const name of interfaceCounterNames) {
    const track = before.tracks[name];
    const value = counters[name];
    if (value === null || track.value === null || value >= track.value) continue;
    if (track.fell !== null || !traffic.includes(name)) return {};
    const by = wrapGrowth(track.value, value, bits);
    if (Number(by) > mostOf(name, facts.speedMbit, interval)) return {};
    found[name] = { track: { value, fell: null }, growth: { kind: 'wrapped', by } };
  }
  // All of them together is what a reset looks like.
  return Object.keys(found).length === traffic.length ? {} : found;
}

function happeningsOf(
  before: InterfaceState,
  facts: InterfaceFacts,
  growths: ByCounter<Growth>,
  fallen: readonly InterfaceCounterName[] | 'reset',
): readonly Happening[] {
  const { name } = facts;
  const found: Happening[] = [];
  const { carrierChanges: flaps } = growths;
  if (flaps.kind === 'grew' && flaps.by > 0n) {
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
    (counter) => whyUnknown(growths[counter]) === 'unreadable' && before.tracks[counter].value !== null,
  );
  if (unreadable.length > 0) {
    found.push({ event: 'counter-unreadable', detail: `${name}: ${unreadable.join(', ')} cannot be read` });
  }
  const wraps = interfaceCounterNames.filter((counter) => growths[counter].kind === 'wrapped');
  if (wraps.length > 0) {
    found.push({ event: 'counter-wrapped', detail: `${name}: ${wraps.join(', ')} wrapped around` });
  }
  return found;
}

function named(growths: ByCounter<Growth>, why: string): string {
  return interfaceCounterNames.filter((name) => whyUnknown(growths[name]) === why).join(', ');
}

function whyUnknown(growth: Growth): string | undefined {
  return growth.kind === 'unknown' ? growth.why : undefined;
}

function speedText({ speedMbit }: InterfaceFacts): string {
  return speedMbit === null ? 'unknown' : `${speedMbit} Mbit/s`;
}
