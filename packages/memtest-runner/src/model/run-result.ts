// What a run leaves behind, as plain data: this is the JSON document of `report --format json`, what the history keeps, and
// what every report is drawn from. docs/reference/memtest-runner.schema.json describes the same. Unknown is null, never 0.
import type { Dimm } from '../evidence/dmi-memory.ts';
import type { GroupJudgement } from '../judge/outliers.ts';
import type { Reason, Verdict } from '../judge/verdict.ts';
import type { EngineReport } from './engine-report.ts';
import type { Evidence, Survival } from './evidence.ts';

export type Level = 'quick' | 'short' | 'standard' | 'burn-in' | 'custom';

/** All times are ISO 8601, UTC, by the clock of the head; spans on a node are seconds by its monotonic clock. */
export interface RunResult extends RunHeader {
  readonly nodes: readonly NodeResult[];
  /** One for each group of comparable nodes and each kind of measurement. */
  readonly groups: readonly MeasuredGroup[];
  /** Folded node set of all nodes that did not pass; empty when all did. */
  readonly suspects: string;
}

/** What is known of a run before a node has answered. */
export interface RunHeader {
  /** Unique in the history, fit for a file name: `20261122-073141-k3f9`. */
  readonly id: string;
  readonly name: string | null;
  readonly level: Level;
  /** The cluster's name in the cluster file. */
  readonly cluster: string | null;
  readonly startedAt: string;
  /** null: still running. */
  readonly endedAt: string | null;
  /** Folded node set of the nodes that were asked for. */
  readonly nodeSet: string;
  readonly plan: readonly PlannedPhase[];
  readonly programs: readonly Program[];
}

export interface PlannedPhase {
  /** Unique in the plan: `march`, `stream`, `march + load`. */
  readonly phase: string;
  readonly engine: EngineReport['engine'];
  /** As it was asked for: `95%`, `64G`; null where the engine chooses. */
  readonly memory: string | null;
  readonly seconds: number | null;
  readonly passes: number | null;
  /** Arguments of the program on the node. */
  readonly flags: readonly string[];
}

/** A program that ran on nodes, so that two runs can be compared or told apart. */
export interface Program {
  readonly engine: EngineReport['engine'];
  readonly architecture: string;
  readonly version: string;
  /** Compiler and its flags; null for a program of the distribution. */
  readonly build: string | null;
  /** SHA-256 of the binary, hexadecimal. */
  readonly sha256: string | null;
}

export interface NodeResult {
  readonly node: string;
  readonly verdict: Verdict;
  /** Worst first; at least one. */
  readonly reasons: readonly Reason[];
  readonly engines: readonly EngineResult[];
  readonly evidence: NodeEvidence;
  readonly facts: NodeFacts;
  readonly timeline: readonly PhaseSpan[];
  /** In order; more than one: it rebooted. */
  readonly bootIds: readonly string[];
  /** Where it stands, as the cluster file says. */
  readonly rack: string | null;
}

export interface EngineResult extends EngineReport {
  /** The phase of the plan it ran in. */
  readonly phase: string;
  /** Empty for engines that only test. */
  readonly bandwidth: readonly Bandwidth[];
}

/** One measurement of the bandwidth engine: the trials of one kernel with one number of threads. */
export interface Bandwidth {
  readonly kernel: 'copy' | 'scale' | 'add' | 'triad';
  /** `official`: the user's own unmodified stream.c; the others are variants of STREAM, as its rules want it said. */
  readonly variant: 'plain' | 'non-temporal' | 'official';
  readonly threads: number;
  /** NUMA node that processors and memory were bound to; null: the whole machine. */
  readonly numaNode: number | null;
  /** Best of the undisturbed trials. */
  readonly bytesPerSecond: number;
  /** The undisturbed trials, bytes per second, in their order. */
  readonly trials: readonly number[];
  /** Trials that were thrown away because something else used the machine. */
  readonly disturbed: number;
}

/** What a node is: from DMI, /proc and /sys. */
export interface NodeFacts {
  /** Serial number of the machine: what the history knows it by. */
  readonly serial: string | null;
  readonly product: string | null;
  readonly bios: string | null;
  readonly cpuModel: string | null;
  readonly cpus: number | null;
  readonly sockets: number | null;
  readonly microcode: string | null;
  readonly kernel: string | null;
  /** MemTotal. */
  readonly memoryBytes: number | null;
  readonly virtual: boolean | null;
  readonly dimms: readonly Dimm[] | null;
}

/** A stretch of the timeline. `seconds` count from the start of the run on the node. */
export interface PhaseSpan {
  readonly phase: string;
  readonly startSeconds: number;
  /** null: it never ended. */
  readonly endSeconds: number | null;
  readonly ending: 'complete' | 'interrupted' | 'failed' | 'crashed' | 'running';
  /** The last thing it said it would do: `march 2/7 up(r0,w1)`. */
  readonly position: string | null;
}

/** Everything a node told beside its tests, as differences over the run. */
export interface NodeEvidence extends Evidence {
  /** Machine checks in the kernel log during the run. */
  readonly machineChecks: number | null;
  /** Lines of the kernel log on memory, EDAC, machine checks and the OOM killer, since the start. */
  readonly kernelLog: KernelLog | null;
  /** Memory errors that rasdaemon recorded during the run. */
  readonly rasEvents: number | null;
  /** New entries of the BMC's event log. */
  readonly eventLog: readonly string[] | null;
  readonly temperatures: readonly Temperature[] | null;
  readonly mhz: { readonly lowest: number; readonly mean: number; readonly highest: number } | null;
  /** Seconds in which some task waited for it (PSI). */
  readonly pressure: { readonly cpuSeconds: number; readonly memorySeconds: number } | null;
  /** Seconds that a hypervisor took, summed over processors. */
  readonly stealSeconds: number | null;
  /** MemTotal at the start and at the end: a balloon moves it. */
  readonly memoryBytes: { readonly start: number; readonly end: number } | null;
  readonly readings: number;
}

export interface KernelLog {
  /** The first {@link KERNEL_LINE_LIMIT}. */
  readonly lines: readonly string[];
  readonly lineCount: number;
  /** Lines may be missing: the ring of the kernel had moved on between two readings. */
  readonly gap: boolean;
}

export const KERNEL_LINE_LIMIT = 200;

export interface Temperature {
  /** `coretemp`, `k10temp`, `jc42` with the name of its device. */
  readonly sensor: string;
  readonly startCelsius: number;
  readonly highestCelsius: number;
}

export interface MeasuredGroup extends GroupJudgement {
  /** Such as `triad, plain, 64 threads`. */
  readonly measurement: string;
}

/** What the runner hands to `judgeRun` (judge/judge-run.ts). */
export interface RunParts extends RunHeader {
  readonly nodes: readonly NodeParts[];
}

export interface NodeParts {
  readonly node: string;
  readonly rack: string | null;
  readonly engines: readonly EngineResult[];
  /** From an EvidenceTrail that was given every line of the evidence script. */
  readonly evidence: Omit<NodeEvidence, 'survival'>;
  readonly facts: NodeFacts;
  readonly survival: Survival;
  readonly timeline: readonly PhaseSpan[];
  readonly bootIds: readonly string[];
  /** Three disturbed bandwidth tests, or a node that was never idle. */
  readonly busy: boolean;
  /** Why the run could not be done on this node at all: its own words. */
  readonly failure: string | null;
}
