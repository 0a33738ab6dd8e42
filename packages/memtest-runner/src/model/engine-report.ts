// What one engine did to the memory of one node, whatever program it was: the same plain data for march, memtester,
// stressapptest and memtest86+.

export type EngineName = 'march' | 'stream' | 'memtester' | 'stressapptest' | 'memtest86+';

/** How a run of an engine ended. */
export type Ending =
  /** It did what it was asked to. */
  | 'complete'
  /** Stopped before the end: by a time box, a signal, a lost console. */
  | 'interrupted'
  /** The output just ends: still running, killed or crashed; the judge tells which from the evidence. */
  | 'unfinished'
  /** It could not test: no memory, wrong arguments, a failure of its own. */
  | 'failed';

/** What the number of an address counts from. */
export type AddressKind =
  /** As a memory controller sees it. */
  | 'physical'
  /** In the tester's own address space: only tells findings of one run apart. */
  | 'virtual'
  /** Bytes from the start of the tested buffer. */
  | 'buffer'
  /** Bytes from the start of one of the two halves of the buffer; which half is not known. */
  | 'half-buffer'
  /** Physical, but only where a fault showed that lies elsewhere: blocks had been moved, or an address line is bad. */
  | 'symptom';

/** One wrong word. Numbers of 64 bits are hexadecimal text (`0x…`): JSON holds no such integers. */
export interface Finding {
  readonly test: string;
  readonly address: string;
  readonly addressKind: AddressKind;
  /** Where the program tells it beside the address, else null. */
  readonly physicalAddress: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  /** The wrong bits. */
  readonly xor: string | null;
  readonly cpuWrote: number | null;
  readonly cpuRead: number | null;
  /** `read`: memory held the right value when it was read again. */
  readonly kind: 'stored' | 'read' | null;
  /** What a retest from another core showed. */
  readonly blame: 'memory' | 'cpu' | 'unreproduced' | 'unproven' | null;
  /** ISO 8601, UTC; null where the program gives no time. */
  readonly at: string | null;
}

export interface EngineReport {
  readonly engine: EngineName;
  /** Version, instruction set, options: what must be equal for two runs to be comparable. */
  readonly variant: string;
  readonly ending: Ending;
  /** null: not known. */
  readonly requestedBytes: number | null;
  /** Bytes of memory that were tested at least once from end to end of the test. */
  readonly bytesTested: number;
  readonly passes: number;
  readonly cpuSeconds: number | null;
  readonly wallSeconds: number | null;
  readonly bytesPerSecond: number | null;
  /** At most {@link FINDING_LIMIT}; `findingCount` counts them all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  /** What a reader of the verdict should know, in words: memory not locked, lines that were not understood. */
  readonly notes: readonly string[];
}

/** A dead DIMM prints a line for each word; a report keeps this many. */
export const FINDING_LIMIT = 1000;

/** Begins the note of a test that its time box ended before its first pass. */
export const TIME_WAS_OVER = 'its time was over';
