// Public surface of memtest-runner.
export { badPages, grubBadram, memmapParameters, type PageRange } from './bad-memory/bad-pages.ts';
export { readMarchLog } from './engines/march-log.ts';
export {
  type MarchFinding,
  type MarchPass,
  type MarchProgress,
  type MarchRecord,
  type MarchRegion,
  type MarchStart,
  type MarchSummary,
  parseMarchRecord,
} from './engines/march-record.ts';
export { isMemtest86Log, readMemtest86Log } from './engines/memtest86-log.ts';
export { memtest86Position, readMemtest86Screen } from './engines/memtest86-screen.ts';
export { type MemtesterOutput, readMemtester } from './engines/memtester-output.ts';
export { readOfficialStream } from './engines/official-stream.ts';
export { type BandwidthReport, readStreamLog } from './engines/stream-log.ts';
export { readStressapptest } from './engines/stressapptest-log.ts';
export { showOnScreen, TerminalScreen } from './engines/terminal-screen.ts';
export { type Dimm, readDimms, runsBelowRating, withIdentity } from './evidence/dmi-memory.ts';
export { type EccCounts, eccDifference, readEcc } from './evidence/edac.ts';
export { type EvidenceReading, parseEvidence } from './evidence/evidence-reading.ts';
export { evidenceScript } from './evidence/evidence-script.ts';
export { createEvidenceTrail, type EvidenceTrail } from './evidence/evidence-trail.ts';
export { readCorruptedBytes, readThrottleEvents } from './evidence/health-counters.ts';
export { EVIDENCE_PATHS, loadTree } from './evidence/load-tree.ts';
export { type NumaNode, readNuma } from './evidence/numa.ts';
export type { SystemTree } from './evidence/system-tree.ts';
export { earlierSpeeds } from './history/earlier-speeds.ts';
export { historyPath, openHistory, openHistoryForReading } from './history/open-history.ts';
export { saveRun } from './history/save-run.ts';
export { type EarlierSpeeds, judgeRun } from './judge/judge-run.ts';
export {
  type GroupJudgement,
  judgeSpeed,
  type Measured,
  type MeasuredSlow,
  type Slow,
} from './judge/outliers.ts';
export type { TwoClusters } from './judge/statistics.ts';
export {
  exitCodeOf,
  judgeNode,
  type NodeCase,
  type NodeVerdict,
  type Reason,
  type Verdict,
  verdicts,
} from './judge/verdict.ts';
export { type BuildKernelOptions, type BuiltKernel, buildKernel } from './kernel/build-kernel.ts';
export {
  type AddressKind,
  type Ending,
  type EngineName,
  type EngineReport,
  FINDING_LIMIT,
  type Finding,
} from './model/engine-report.ts';
export type { DimmErrors, Evidence, Survival } from './model/evidence.ts';
export type {
  Bandwidth,
  EngineResult,
  KernelLog,
  Level,
  MeasuredGroup,
  NodeEvidence,
  NodeFacts,
  NodeParts,
  NodeResult,
  PhaseSpan,
  PlannedPhase,
  Program,
  RunHeader,
  RunParts,
  RunResult,
  Temperature,
} from './model/run-result.ts';
export { type Capacity, parseCapacity } from './node/capacity.ts';
export { planRun, type RunPlan, type Wishes } from './plan/plan-run.ts';
export { tool } from './tool.ts';
