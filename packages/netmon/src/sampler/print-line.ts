// Writes lines of the protocol, for simulated nodes and for the property that reading is the inverse of writing.
import { type Counter, type InterfaceCounters, interfaceCounterNames } from '../model/counter.ts';
import type { InterfaceFacts, PortFacts } from '../model/interface-facts.ts';
import type { HostReading } from '../model/reading.ts';
import { printHardware } from './hardware-names.ts';
import type { Line, SampleLine } from './line.ts';

/** One line without its line feed. */
export function printLine(line: Line): string {
  switch (line.kind) {
    case 'banner':
      return `heorot-netmon ${line.version} sampler=${line.sampler} boot=${line.bootId} netns=${line.netns} clock=${line.clock} bits=${line.bits ?? '-'}`;
    case 'interface':
      return `I ${line.slot} ${line.facts.name}${pairs(interfacePairs(line.facts))}`;
    case 'gone':
      return `G ${line.slot}`;
    case 'port':
      return `R ${line.slot} ${line.facts.device} ${line.facts.port}${pairs(portPairs(line.facts))}`;
    case 'sample':
      return printSample(line);
    case 'noise':
      break;
  }
  return line.text;
}

function interfacePairs(facts: InterfaceFacts): Readonly<Record<string, string | number | null>> {
  const yes = (value: boolean) => (value ? '1' : null);
  return {
    ifindex: facts.ifindex,
    iflink: facts.iflink,
    type: facts.type,
    mtu: facts.mtu,
    state: facts.state,
    carrier: facts.carrier === null ? null : facts.carrier ? '1' : '0',
    speed: facts.speedMbit,
    duplex: facts.duplex,
    devtype: facts.devtype,
    device: yes(facts.device),
    driver: facts.driver,
    vf: yes(facts.virtualFunction),
    master: facts.master,
    bond: yes(facts.bond),
    bridge: yes(facts.bridge),
    tun: yes(facts.tun),
    card: facts.card?.replaceAll(' ', '_') ?? null,
  };
}

function portPairs(facts: PortFacts): Readonly<Record<string, string | number | null>> {
  const name = facts.rateName === null ? '' : `_(${facts.rateName})`;
  return {
    driver: facts.driver,
    state: facts.state,
    physical: facts.physicalState,
    rate: facts.rateMbit === null ? null : `${facts.rateMbit / 1000}_Gb/sec${name}`,
    layer: facts.layer,
  };
}

function pairs(facts: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(facts)
    .map(([key, value]) => (value === null ? '' : ` ${key}=${value}`))
    .join('');
}

function printSample(line: SampleLine): string {
  const words = [
    `S ${line.ticks} ${line.monotonicNs}`,
    ...(line.uptimeSeconds === null ? [] : [`u${line.uptimeSeconds}`]),
    ...hostWords(line.host),
    ...(line.bootedAt === null ? [] : [`b${line.bootedAt}`]),
    ...line.ports.flatMap((port) => [
      `r${port.slot}:${list([port.rxData, port.rxPackets, port.txData, port.txPackets])}`,
      ...(port.errors === null ? [] : [`e${port.slot}:${list(port.errors)}`]),
    ]),
    ...line.hardware.map(({ slot, counters }) => `h${slot}:${printHardware(counters)}`),
    ...line.interfaces.map(({ slot, counters }) => `n${slot}:${list(counterValues(counters))}`),
  ];
  return words.join(' ');
}

function hostWords(host: HostReading): readonly string[] {
  const { load, cpu, memory, tcp, tcpTrouble, ipvs, softnet = null, conntrack = null } = host;
  return [
    ...(load === null ? [] : [`l${load.join(',')}`]),
    ...(cpu === null ? [] : [`c${list(cpu)}`]),
    ...(memory === null ? [] : [`m${list([memory.totalKib, memory.freeKib, memory.availableKib])}`]),
    ...(tcp === null ? [] : [`t${list([tcp.inSegments, tcp.outSegments, tcp.retransmitted, tcp.inErrors])}`]),
    ...(tcpTrouble === null
      ? []
      : [
          `x${list([tcpTrouble.listenOverflows, tcpTrouble.listenDrops, tcpTrouble.timeouts, tcpTrouble.synRetransmitted, tcpTrouble.backlogDrops])}`,
        ]),
    ...(ipvs === null
      ? []
      : [`v${list([ipvs.connections, ipvs.inPackets, ipvs.outPackets, ipvs.inBytes, ipvs.outBytes], 16)}`]),
    ...(softnet === null ? [] : [`d${list([softnet.dropped, softnet.squeezed])}`]),
    ...(conntrack === null ? [] : [`k${list([conntrack.entries, conntrack.most])}`]),
  ];
}

function counterValues(counters: InterfaceCounters): readonly Counter[] {
  return interfaceCounterNames.map((name) => counters[name]);
}

function list(values: readonly (bigint | number | null)[], radix = 10): string {
  return values.map((value) => value?.toString(radix) ?? '-').join(',');
}
