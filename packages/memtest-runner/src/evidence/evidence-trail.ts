// Adds up what a node told before, during and after a run, line by line, in bounded memory: counters become differences that
// survive a reboot and a driver that is loaded again.
import type { NodeEvidence, NodeFacts, Temperature } from '../model/run-result.ts';
import { withIdentity } from './dmi-memory.ts';
import { createEccTally } from './ecc-tally.ts';
import { readEcc } from './edac.ts';
import { type EvidenceReading, parseEvidence } from './evidence-reading.ts';
import { factsOf, unknownFacts } from './facts-of.ts';
import { createGrowingCount } from './growing-count.ts';
import { readCorruptedBytes } from './health-counters.ts';
import { readMemoryBytes, readOomKills, readPressureSeconds, readStealSeconds } from './kernel-counters.ts';
import { createKernelLogTally } from './kernel-log-tally.ts';
import type { SystemTree } from './system-tree.ts';

export interface EvidenceTrail {
  /** One line of the evidence script, in their order; false for a line that is none. A line given twice does no harm. */
  add(line: string): boolean;
  /** Differences over all lines so far. */
  evidence(): Omit<NodeEvidence, 'survival'>;
  /** Of the last full reading. */
  facts(): NodeFacts;
  /** In order; more than one: the node was booted in between. */
  bootIds(): readonly string[];
}

/** @example const trail = createEvidenceTrail(); for (const line of lines) trail.add(line); trail.evidence().oomKills */
export function createEvidenceTrail(): EvidenceTrail {
  const tallies = createTallies();
  const bootIds: string[] = [];
  let facts = unknownFacts;
  let files: SystemTree = new Map();
  let lastUptime = 0;
  return {
    add(line) {
      const reading = parseEvidence(line);
      if (reading === null) return false;
      const { bootId, uptimeSeconds } = reading;
      const sameBoot = bootIds.at(-1) === bootId;
      if (sameBoot ? uptimeSeconds <= lastUptime : bootIds.includes(bootId)) return true;
      const afterBoot = bootIds.length > 0 && !sameBoot;
      const secondsSince = uptimeSeconds - lastUptime;
      if (!sameBoot) bootIds.push(bootId);
      // A brief reading tells what has changed; a full one is whole.
      files = reading.mode === 'full' ? reading.files : new Map([...files, ...reading.files]);
      if (reading.mode === 'full') facts = factsOf(reading);
      tallies.add({ ...reading, files }, { eccTold: tellsEcc(reading), secondsSince, afterBoot });
      lastUptime = uptimeSeconds;
      return true;
    },
    evidence: () => tallies.evidence(facts),
    facts: () => facts,
    bootIds: () => [...bootIds],
  };
}

/** How a reading follows the one before. */
interface Step {
  readonly eccTold: boolean;
  readonly secondsSince: number;
  readonly afterBoot: boolean;
}

/** Where a driver runs, the seconds since its reset change at each reading; old ones would pass for a new reset. */
function tellsEcc({ mode, files }: EvidenceReading): boolean {
  return mode === 'full' || [...files.keys()].some((path) => path.endsWith('/seconds_since_reset'));
}

interface Tallies {
  /** `files` are whole. */
  add(reading: EvidenceReading, step: Step): void;
  evidence(facts: NodeFacts): Omit<NodeEvidence, 'survival'>;
}

function createTallies(): Tallies {
  const ecc = createEccTally();
  const kernelLog = createKernelLogTally();
  const oomKills = createGrowingCount();
  const corruptedBytes = createGrowingCount();
  const throttleEvents = createGrowingCount();
  const cpuSeconds = createGrowingCount();
  const memorySeconds = createGrowingCount();
  const stealSeconds = createGrowingCount();
  const rasEvents = createGrowingCount();
  const eventLog = createEventLogTally();
  const temperatures = new Map<string, Temperature>();
  let mhz: NodeEvidence['mhz'] = null;
  let memoryBytes: NodeEvidence['memoryBytes'] = null;
  let readings = 0;
  return {
    add(reading, { eccTold, secondsSince, afterBoot }) {
      const { files } = reading;
      if (eccTold) ecc.add(readEcc(files), secondsSince, afterBoot);
      kernelLog.add(reading.kernelLog, afterBoot);
      oomKills.add(readOomKills(files), afterBoot);
      corruptedBytes.add(readCorruptedBytes(files), afterBoot);
      throttleEvents.add(reading.throttle?.events ?? null, afterBoot);
      cpuSeconds.add(readPressureSeconds(files, 'cpu'), afterBoot);
      memorySeconds.add(readPressureSeconds(files, 'memory'), afterBoot);
      stealSeconds.add(readStealSeconds(files), afterBoot);
      // The database of rasdaemon outlives a boot.
      rasEvents.add(reading.ras === null ? null : sumOf(reading.ras.values()), false);
      eventLog.add(reading.eventLog);
      for (const each of reading.temperatures ?? []) warm(temperatures, each);
      mhz = mixed(mhz, reading.mhz, readings);
      memoryBytes = moved(memoryBytes, readMemoryBytes(files));
      readings++;
    },
    evidence({ dimms }) {
      const counted = ecc.dimms();
      const [cpu, memory] = [cpuSeconds.growth(), memorySeconds.growth()];
      return {
        oomKills: oomKills.growth(),
        dimms: counted === null ? null : withIdentity(counted, dimms ?? []),
        unassigned: ecc.unassigned(),
        throttleEvents: throttleEvents.growth(),
        corruptedBytes: corruptedBytes.growth(),
        machineChecks: kernelLog.machineChecks(),
        kernelLog: kernelLog.log(),
        rasEvents: rasEvents.growth(),
        eventLog: eventLog.fresh(),
        temperatures: temperatures.size === 0 ? null : [...temperatures.values()],
        mhz,
        pressure: cpu === null || memory === null ? null : { cpuSeconds: cpu, memorySeconds: memory },
        stealSeconds: stealSeconds.growth(),
        memoryBytes,
        readings,
      };
    },
  };
}

/** Entries of the BMC's event log that were not there at first; a log is never longer than a few hundred. */
function createEventLogTally(): {
  add(entries: readonly string[] | null): void;
  fresh(): readonly string[] | null;
} {
  let known: ReadonlySet<string> | null = null;
  const fresh: string[] = [];
  return {
    add(entries) {
      if (entries === null) return;
      const before = known;
      if (before !== null) fresh.push(...entries.filter((entry) => !before.has(entry)));
      known = new Set([...(before ?? []), ...entries]);
    },
    fresh: () => (known === null ? null : [...fresh]),
  };
}

function warm(temperatures: Map<string, Temperature>, now: Temperature): void {
  const before = temperatures.get(now.sensor) ?? now;
  const highestCelsius = Math.max(before.highestCelsius, now.highestCelsius);
  temperatures.set(now.sensor, { ...before, highestCelsius });
}

function mixed(before: NodeEvidence['mhz'], now: NodeEvidence['mhz'], count: number): NodeEvidence['mhz'] {
  if (now === null || before === null) return now ?? before;
  return {
    lowest: Math.min(before.lowest, now.lowest),
    mean: Math.round((before.mean * count + now.mean) / (count + 1)),
    highest: Math.max(before.highest, now.highest),
  };
}

function moved(before: NodeEvidence['memoryBytes'], now: number | null): NodeEvidence['memoryBytes'] {
  return now === null ? before : { start: before?.start ?? now, end: now };
}

function sumOf(numbers: Iterable<number>): number {
  return Iterator.from(numbers).reduce((sum, each) => sum + each, 0);
}
