// Public surface of netmon.
export {
  type Counter,
  type InterfaceCounterName,
  type InterfaceCounters,
  interfaceCounterNames,
  interfaceCounters,
} from './model/counter.ts';
export type { Duplex, InterfaceFacts, InterfaceKey, PortFacts } from './model/interface-facts.ts';
export type {
  HostReading,
  InterfaceReading,
  IpvsReading,
  MemoryReading,
  PortReading,
  Reading,
  TcpReading,
  TcpTroubleReading,
} from './model/reading.ts';
export type {
  InterfaceSample,
  NetEvent,
  NetEventName,
  NodeSample,
  PortSample,
  Sample,
} from './model/sample.ts';
export { classOf, countedInterfaces, type InterfaceClass, utilisationOf } from './rates/interface-class.ts';
export { type Advance, advanceNode, type NodeState, type RateOptions } from './rates/node-rates.ts';
export { bytesPerPortCount } from './rates/port-units.ts';
export type { Line, SampleLine } from './sampler/line.ts';
export { parseLine } from './sampler/parse-line.ts';
export { printLine } from './sampler/print-line.ts';
export { type SamplerKind, type SamplerOptions, samplerScript, TICK } from './sampler/sampler-script.ts';
export { type SamplerOutput, SamplerSession } from './sampler/sampler-session.ts';
