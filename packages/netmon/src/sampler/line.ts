// Version 1 of the sampler's line protocol, as data. One line is one fact; a sample is one line, so it is whole or absent.
//
//   heorot-netmon 1 sampler=mawk boot=ID netns=NS clock=timer_list bits=64      the banner
//   I SLOT NAME ifindex=4 speed=10000 …    an interface: before its first sample and when it changes
//   G SLOT                                 an interface is gone
//   R SLOT DEVICE PORT driver=… rate=…     a port of an RDMA device
//   S TICKS NANOSECONDS WORD…              a sample; unknown words are skipped, `-` is unknown
//
// Words of a sample: uUPTIME lONE,FIVE,FIFTEEN cJIFFIES… mTOTAL,FREE,AVAILABLE tTCP… xTCPEXT… bBTIME vIPVS(hex)…
// nSLOT:COUNTERS… rSLOT:DATA… eSLOT:ERRORS… dDROPPED,SQUEEZED kENTRIES,MOST hSLOT:NAME=VALUE,… (ethtool -S)
import type { Counter, InterfaceCounters } from '../model/counter.ts';
import type { HardwareCounters } from '../model/hardware-counter.ts';
import type { InterfaceFacts, PortFacts } from '../model/interface-facts.ts';
import type { HostReading } from '../model/reading.ts';

export const protocolVersion = 1;

export type Line = BannerLine | InterfaceLine | GoneLine | PortLine | SampleLine | NoiseLine;

export interface BannerLine {
  readonly kind: 'banner';
  /** Lines of another version are not read: the caller reports it. */
  readonly version: number;
  readonly sampler: string;
  readonly bootId: string;
  readonly netns: string;
  /** `hires` and `timer_list` are exact to the nanosecond, `uptime` to 10 ms. */
  readonly clock: string;
  readonly bits: 32 | 64 | null;
}

interface InterfaceLine {
  readonly kind: 'interface';
  readonly slot: number;
  readonly facts: InterfaceFacts;
}

interface GoneLine {
  readonly kind: 'gone';
  readonly slot: number;
}

interface PortLine {
  readonly kind: 'port';
  readonly slot: number;
  readonly facts: PortFacts;
}

export interface SampleLine {
  readonly kind: 'sample';
  readonly ticks: number;
  readonly monotonicNs: number;
  readonly uptimeSeconds: number | null;
  readonly bootedAt: number | null;
  readonly host: HostReading;
  readonly interfaces: readonly SlotCounters[];
  /** Of the interfaces whose card was asked at this tick. */
  readonly hardware: readonly SlotHardware[];
  readonly ports: readonly SlotPort[];
}

export interface SlotCounters {
  readonly slot: number;
  readonly counters: InterfaceCounters;
}

export interface SlotHardware {
  readonly slot: number;
  readonly counters: HardwareCounters;
}

export interface SlotPort {
  readonly slot: number;
  readonly rxData: Counter;
  readonly rxPackets: Counter;
  readonly txData: Counter;
  readonly txPackets: Counter;
  /** In the order of {@link portErrorFiles}; null where the sample holds none. */
  readonly errors: readonly Counter[] | null;
}

/** Anything else: what start-up files of the login shell print, or a damaged line. */
interface NoiseLine {
  readonly kind: 'noise';
  readonly text: string;
}
