// Public surface of netmon.
export { type Alert, type Comparison, type Metric, type MetricName, metrics } from './alert/alert.ts';
export { type AlertChange, AlertWatch } from './alert/alert-watch.ts';
export { AlertSyntaxError, parseAlert } from './alert/parse-alert.ts';
export { csvHeader, csvLine } from './export/csv.ts';
export { ndjsonLine } from './export/ndjson.ts';
export {
  type MetricsFormat,
  type MetricsOptions,
  openMetricsContentType,
  prometheusContentType,
  renderMetrics,
} from './export/openmetrics.ts';
export type { Bucket, BucketOptions, Direction } from './history/bucket-sums.ts';
export { type HistoryOptions, type NodeHistory, nodeHistory } from './history/node-history.ts';
export type { ClusterListener, ClusterState } from './live/cluster-state.ts';
export { LiveCluster, type LiveClusterOptions } from './live/live-cluster.ts';
export type { NodeStatus } from './live/node-status.ts';
export type { RateHistory } from './live/rate-history.ts';
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
export {
  ClusterRecorder,
  type ClusterRecorderOptions,
  type Recorded,
  recordCluster,
} from './record/cluster-recorder.ts';
export { openRecorder, type Recorder, type RecorderOptions } from './record/recorder.ts';
export { type EventQuery, openRecording, type Recording, type RecordingQuery } from './record/recording.ts';
export { ReplaySource, type ReplaySourceOptions } from './replay/replay-source.ts';
export type { Line, SampleLine } from './sampler/line.ts';
export { parseLine } from './sampler/parse-line.ts';
export { printLine } from './sampler/print-line.ts';
export { type SamplerKind, type SamplerOptions, samplerScript, TICK } from './sampler/sampler-script.ts';
export { type SamplerOutput, SamplerSession } from './sampler/sampler-session.ts';
export type { Finding, FindingKind } from './sick-links/finding.ts';
export type { NodeView } from './sick-links/link-view.ts';
export { LinkWatch } from './sick-links/link-watch.ts';
export { rankSickLinks } from './sick-links/rank-sick-links.ts';
export { ExporterSource, type ExporterSourceOptions } from './source/exporter/exporter-source.ts';
export type { Contact, ContactState, Source, SourceListener, SourceOutput } from './source/source.ts';
export { StreamSource, type StreamSourceOptions } from './source/stream/stream-source.ts';
export { tool } from './tool.ts';
