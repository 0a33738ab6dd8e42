// Rates of RDMA ports: their data counters in bytes by the table of units, checked against the packets that carried them.
import type { PortFacts } from '../model/interface-facts.ts';
import type { PortReading, Reading } from '../model/reading.ts';
import type { PortSample } from '../model/sample.ts';
import { type CounterTrack, type Growth, rateOf, stepCounter } from './counter-track.ts';
import type { Happening } from './interface-rates.ts';
import { plausiblePort, portBytes } from './port-units.ts';
import type { Timing } from './rated-sample.ts';

const counters = ['rxBytes', 'rxPackets', 'txBytes', 'txPackets'] as const;
type PortCounter = (typeof counters)[number];

export type PortState = ReadonlyMap<PortCounter, CounterTrack>;

export interface PortAdvance {
  readonly states: ReadonlyMap<string, PortState>;
  readonly happenings: readonly Happening[];
  samples(timing: Timing): readonly PortSample[];
}

/** @param before undefined where the last reading cannot be compared with */
export function advancePorts(
  before: ReadonlyMap<string, PortState> | undefined,
  reading: Reading,
  seconds: number | null,
): PortAdvance {
  const advanced = reading.ports.map((port) => {
    const name = nameOf(port.facts);
    const steps = stepPort(before?.get(name), port);
    const growths = new Map([...steps].map(([counter, { growth }]) => [counter, growth]));
    return { name, facts: port.facts, growths: checked(growths), states: steps };
  });
  return {
    states: new Map(
      advanced.map(({ name, states }) => [
        name,
        new Map([...states].map(([counter, { track }]) => [counter, track])),
      ]),
    ),
    happenings: advanced.flatMap(({ name, growths }) => {
      const fallen = [...growths].filter(([, each]) => each.kind === 'unknown' && each.why === 'decreased');
      if (fallen.length === 0) return [];
      return [{ event: 'counters-reset', detail: `${name}: counters were reset` }];
    }),
    samples: (timing) => advanced.map((port) => portSample(port, timing, seconds)),
  };
}

function stepPort(state: PortState | undefined, port: PortReading) {
  const values = {
    rxBytes: portBytes(port.facts, port.rxData),
    rxPackets: port.rxPackets,
    txBytes: portBytes(port.facts, port.txData),
    txPackets: port.txPackets,
  };
  return new Map(counters.map((name) => [name, stepCounter(state?.get(name), values[name])]));
}

/** Bytes that do not fit in the packets are no bytes: the driver counts in another unit than it should. */
function checked(growths: ReadonlyMap<PortCounter, Growth>): ReadonlyMap<PortCounter, Growth> {
  const kept = new Map(growths);
  for (const [bytesName, packetsName] of [
    ['rxBytes', 'rxPackets'],
    ['txBytes', 'txPackets'],
  ] as const) {
    const bytes = growths.get(bytesName);
    const packets = growths.get(packetsName);
    if (bytes?.kind !== 'grew' || packets?.kind !== 'grew') continue;
    if (!plausiblePort(bytes.by, packets.by)) kept.set(bytesName, { kind: 'unknown', why: 'unreadable' });
  }
  return kept;
}

function portSample(
  port: {
    readonly name: string;
    readonly facts: PortFacts;
    readonly growths: ReadonlyMap<PortCounter, Growth>;
  },
  { reading, span, time }: Timing,
  seconds: number | null,
): PortSample {
  const rate = (counter: PortCounter) => rateOf(port.growths.get(counter), seconds);
  return {
    type: 'port',
    node: reading.node,
    port: port.name,
    time,
    span,
    seconds,
    rxBytesPerSecond: rate('rxBytes'),
    txBytesPerSecond: rate('txBytes'),
    rxPacketsPerSecond: rate('rxPackets'),
    txPacketsPerSecond: rate('txPackets'),
    rateMbit: port.facts.rateMbit,
  };
}

function nameOf({ device, port }: PortFacts): string {
  return `${device}/${port}`;
}
