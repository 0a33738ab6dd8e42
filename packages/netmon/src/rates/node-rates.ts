// Rates and events of one node, from its readings in order of arrival. Rate = growth / time on the node's own clock, and
// only between readings of the same boot, network namespace and interface. Pure: state in, state out.
import type { Reading } from '../model/reading.ts';
import type { NetEvent, NetEventName, Sample } from '../model/sample.ts';
import { type HostState, hostBaseline, hostFigures } from './host-rates.ts';
import { countedInterfaces, namedInterfaces } from './interface-class.ts';
import { advanceInterface, baseline, type InterfaceState, type Interval } from './interface-rates.ts';
import { advancePorts, type PortState } from './port-rates.ts';
import { interfaceSample, nodeSample, type RatedInterface } from './rated-sample.ts';

export interface RateOptions {
  /** Time between two ticks: tells how many of them a longer interval covers. */
  readonly intervalMs: number;
  /** The interfaces that make the node, by name, `*` and `?` standing for any; the physical ones where none is named. */
  readonly interfaces?: readonly string[];
}

/** What is remembered of a node between two readings. */
export interface NodeState {
  readonly last: Reading;
  readonly bootedAt: number | null;
  readonly interfaces: ReadonlyMap<string, InterfaceState>;
  /** Names of the interfaces that the node is the sum of. */
  readonly counted: ReadonlySet<string>;
  readonly ports: ReadonlyMap<string, PortState>;
  readonly host: HostState;
}

export interface Advance {
  readonly state: NodeState;
  /** One for the node, one an interface, one an RDMA port; none for a reading that is dropped. */
  readonly samples: readonly Sample[];
  readonly events: readonly NetEvent[];
}

/** Both clocks are read within one sample, one of them in steps of 10 ms. */
const suspendedSeconds = 0.5;
/** btime is rounded to whole seconds, so it may move by one by itself. */
const steppedSeconds = 2;

/**
 * Takes the next reading of a node.
 *
 * @param state of the last reading, undefined for the first
 * @example const { state, samples, events } = advanceNode(undefined, reading, { intervalMs: 1000 });
 */
export function advanceNode(state: NodeState | undefined, reading: Reading, options: RateOptions): Advance {
  const time = new Date(reading.arrivedMs).toISOString();
  const event = (name: NetEventName, detail: string, on: string | null = null): NetEvent => ({
    type: 'event',
    node: reading.node,
    event: name,
    detail,
    time,
    interface: on,
  });
  const begin = (events: readonly NetEvent[], booted?: number | null) =>
    restart(reading, events, options, booted);
  if (state === undefined) return begin([event('first-reading', 'rates follow with the next')]);
  const { last } = state;
  const elapsedNs = reading.monotonicNs - last.monotonicNs;
  if (reading.bootId !== last.bootId || (reading.bootId === '-' && elapsedNs < 0 && reading.ticks === 1)) {
    return begin([event('rebooted', `boot ${last.bootId} -> ${reading.bootId}`)]);
  }
  if (reading.netns !== last.netns) {
    return begin([event('namespace-changed', `${last.netns} -> ${reading.netns}`)]);
  }
  if (elapsedNs === 0) return dropped(state, event('duplicate', 'the same instant was read twice'));
  if (elapsedNs < 0)
    return dropped(state, event('late', `${-elapsedNs / 1e9} s older than the last reading`));
  const bootedAt = reading.bootedAt ?? state.bootedAt;
  const clockEvents = steppedBy(state.bootedAt, bootedAt).map((by) =>
    event('clock-stepped', `wall clock moved by ${by} s`),
  );
  const asleep = suspension(last, reading);
  if (asleep > suspendedSeconds) {
    const slept = event('suspended', `stood still for ${asleep.toFixed(1)} s`);
    return begin([slept, ...clockEvents], bootedAt);
  }
  const interval: Interval = { seconds: elapsedNs / 1e9, bits: reading.bits };
  const rated = rateInterfaces(state, reading, interval);
  const ports = advancePorts(state.ports, reading, interval.seconds);
  const span = Math.max(1, Math.round(elapsedNs / 1e6 / options.intervalMs));
  const timing = { reading, time, span, seconds: interval.seconds };
  const counted = countedNames(reading, options, state);
  const { host, figures } = hostFigures(state.host, reading.host, interval.seconds);
  return {
    state: {
      last: reading,
      bootedAt,
      interfaces: new Map(rated.map((each) => [each.state.facts.name, each.state])),
      counted,
      ports: ports.states,
      host,
    },
    samples: [
      nodeSample(timing, rated, sameNames(counted, state.counted) ? counted : null, figures),
      ...rated.map((each) => interfaceSample(timing, each, counted)),
      ...ports.samples(timing),
    ],
    events: [
      ...clockEvents,
      ...rated.flatMap((each) =>
        each.happenings.map((happening) => event(happening.event, happening.detail, each.state.facts.name)),
      ),
      ...removed(state, reading).map((name) =>
        event('interface-removed', `${name}: ifindex ${indexOf(state, name)} is gone`, name),
      ),
      ...ports.happenings.map((happening) => event(happening.event, happening.detail)),
    ],
  };
}

function rateInterfaces(state: NodeState, reading: Reading, interval: Interval): readonly RatedInterface[] {
  return reading.interfaces.map(({ facts, counters }): RatedInterface => {
    const before = state.interfaces.get(facts.name);
    if (before !== undefined && before.facts.ifindex === facts.ifindex) {
      return { counters, ...advanceInterface(before, facts, counters, interval) };
    }
    const happening =
      before === undefined
        ? ({ event: 'interface-added', detail: `${facts.name}: ifindex ${facts.ifindex}` } as const)
        : ({
            event: 'interface-recreated',
            detail: `${facts.name}: ifindex ${before.facts.ifindex} -> ${facts.ifindex}`,
          } as const);
    return { counters, state: baseline(facts, counters), growths: undefined, happenings: [happening] };
  });
}

/** Facts change seldom, and a sampler's session hands out the same objects while they do not. */
function sameFacts({ interfaces: before }: Reading, { interfaces }: Reading): boolean {
  return (
    before.length === interfaces.length && interfaces.every(({ facts }, at) => facts === before[at]?.facts)
  );
}

function countedNames(
  reading: Reading,
  { interfaces = [] }: RateOptions,
  state: NodeState | undefined,
): ReadonlySet<string> {
  if (state !== undefined && sameFacts(state.last, reading)) return state.counted;
  const all = reading.interfaces.map(({ facts }) => facts);
  const counted = interfaces.length > 0 ? namedInterfaces(all, interfaces) : countedInterfaces(all);
  return new Set(counted.map(({ name }) => name));
}

/** A new baseline: every figure is unknown. */
function restart(
  reading: Reading,
  events: readonly NetEvent[],
  options: RateOptions,
  bootedAt: number | null = reading.bootedAt,
): Advance {
  const rated = reading.interfaces.map(
    ({ facts, counters }): RatedInterface => ({
      counters,
      state: baseline(facts, counters),
      growths: undefined,
      happenings: [],
    }),
  );
  const timing = {
    reading,
    time: new Date(reading.arrivedMs).toISOString(),
    span: null,
    seconds: null,
  };
  const counted = countedNames(reading, options, undefined);
  const ports = advancePorts(undefined, reading, null);
  const host = hostBaseline(reading.host);
  return {
    state: {
      last: reading,
      bootedAt,
      interfaces: new Map(rated.map((each) => [each.state.facts.name, each.state])),
      counted,
      ports: ports.states,
      host: host.host,
    },
    samples: [
      nodeSample(timing, rated, null, host.figures),
      ...rated.map((each) => interfaceSample(timing, each, counted)),
      ...ports.samples(timing),
    ],
    events,
  };
}

function dropped(state: NodeState, why: NetEvent): Advance {
  return { state, samples: [], events: [why] };
}

/** CLOCK_BOOTTIME goes on while the machine sleeps, CLOCK_MONOTONIC does not (clock_gettime(2)). */
function suspension(last: Reading, reading: Reading): number {
  if (last.uptimeSeconds === null || reading.uptimeSeconds === null) return 0;
  const elapsed = (reading.monotonicNs - last.monotonicNs) / 1e9;
  return reading.uptimeSeconds - last.uptimeSeconds - elapsed;
}

function steppedBy(before: number | null, after: number | null): readonly number[] {
  if (before === null || after === null || Math.abs(after - before) < steppedSeconds) return [];
  return [after - before];
}

function sameNames(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one === other || (one.size === other.size && one.isSubsetOf(other));
}

function removed(state: NodeState, reading: Reading): readonly string[] {
  if (sameFacts(state.last, reading)) return [];
  const present = new Set(reading.interfaces.map(({ facts }) => facts.name));
  return [...state.interfaces.keys()].filter((name) => !present.has(name));
}

function indexOf(state: NodeState, name: string): number {
  return state.interfaces.get(name)?.facts.ifindex ?? 0;
}
