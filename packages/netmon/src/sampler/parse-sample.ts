// Reads the `S` line: the one that comes once a tick. What it cannot read is null; only the clock must be there.
import { type Counter, interfaceCounters } from '../model/counter.ts';
import type { HostReading } from '../model/reading.ts';
import { foldHardwareNames } from './hardware-names.ts';
import type { SampleLine, SlotCounters, SlotHardware, SlotPort } from './line.ts';
import { clockOf, counterOf, decimal, hexCounterOf, natural } from './numbers.ts';

export function parseSample(text: string): SampleLine | undefined {
  const [, ticksText, clockText, ...words] = text.split(' ');
  const ticks = natural(ticksText);
  const monotonicNs = clockOf(clockText);
  if (ticks === null || monotonicNs === null) return undefined;
  const single = new Map<string, string>();
  const interfaces: SlotCounters[] = [];
  const hardware: SlotHardware[] = [];
  const ports = new Map<number, SlotPort>();
  for (const word of words) {
    const letter = word.slice(0, 1);
    if (letter === 'n' || letter === 'r' || letter === 'e' || letter === 'h') {
      const at = word.indexOf(':');
      const slot = natural(word.slice(1, at));
      if (at < 0 || slot === null) return undefined;
      const texts = word.slice(at + 1).split(',');
      if (letter === 'h') {
        hardware.push({ slot, counters: foldHardwareNames(texts) });
        continue;
      }
      const values = texts.map(counterOf);
      if (letter === 'n') interfaces.push({ slot, counters: interfaceCounters(values) });
      else if (letter === 'r') ports.set(slot, portOf(slot, values));
      else ports.set(slot, { ...(ports.get(slot) ?? portOf(slot, [])), errors: values });
    } else single.set(letter, word.slice(1));
  }
  return {
    kind: 'sample',
    ticks,
    monotonicNs,
    uptimeSeconds: decimal(single.get('u')),
    bootedAt: natural(single.get('b')),
    host: hostOf(single),
    interfaces,
    hardware,
    ports: [...ports.values()],
  };
}

function portOf(slot: number, values: readonly Counter[]): SlotPort {
  return {
    slot,
    rxData: values[0] ?? null,
    rxPackets: values[1] ?? null,
    txData: values[2] ?? null,
    txPackets: values[3] ?? null,
    errors: null,
  };
}

function hostOf(single: ReadonlyMap<string, string>): HostReading {
  const list = (letter: string) => single.get(letter)?.split(',');
  const load = list('l')?.map(decimal);
  const memory = list('m')?.map(natural);
  const tcp = list('t')?.map(counterOf);
  const trouble = list('x')?.map(counterOf);
  const ipvs = list('v')?.map(hexCounterOf);
  const softnet = list('d')?.map(counterOf);
  const conntrack = list('k')?.map(natural);
  const [one = null, five = null, fifteen = null] = load ?? [];
  return {
    load: one === null || five === null || fifteen === null ? null : [one, five, fifteen],
    cpu: list('c')?.map(counterOf) ?? null,
    memory:
      memory === undefined
        ? null
        : { totalKib: memory[0] ?? null, freeKib: memory[1] ?? null, availableKib: memory[2] ?? null },
    tcp:
      tcp === undefined
        ? null
        : {
            inSegments: tcp[0] ?? null,
            outSegments: tcp[1] ?? null,
            retransmitted: tcp[2] ?? null,
            inErrors: tcp[3] ?? null,
          },
    tcpTrouble:
      trouble === undefined
        ? null
        : {
            listenOverflows: trouble[0] ?? null,
            listenDrops: trouble[1] ?? null,
            timeouts: trouble[2] ?? null,
            synRetransmitted: trouble[3] ?? null,
            backlogDrops: trouble[4] ?? null,
          },
    ipvs:
      ipvs === undefined
        ? null
        : {
            connections: ipvs[0] ?? null,
            inPackets: ipvs[1] ?? null,
            outPackets: ipvs[2] ?? null,
            inBytes: ipvs[3] ?? null,
            outBytes: ipvs[4] ?? null,
          },
    softnet: softnet === undefined ? null : { dropped: softnet[0] ?? null, squeezed: softnet[1] ?? null },
    conntrack: conntrack === undefined ? null : { entries: conntrack[0] ?? null, most: conntrack[1] ?? null },
  };
}
