// Words and figures that more than one report needs.
import { formatBytes, formatDuration } from '@heorot/cli';
import { badPages, grubBadram, memmapParameters } from '../bad-memory/bad-pages.ts';
import { runsBelowRating } from '../evidence/dmi-memory.ts';
import type { EngineResult, NodeEvidence, NodeFacts, NodeResult, RunHeader } from '../model/run-result.ts';
import { gigabytes } from './svg/scale.ts';

/** `rack1-delivery (20261122-073141-k3f9)` */
export function titleOf({ id, name }: Pick<RunHeader, 'id' | 'name'>): string {
  return name === null ? id : `${name} (${id})`;
}

/** @example momentOf('2026-11-02T08:00:00.000Z') // '2026-11-02 08:00 UTC' */
export function momentOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

export function durationOf({ startedAt, endedAt }: Pick<RunHeader, 'startedAt' | 'endedAt'>): string {
  return endedAt === null ? 'still running' : formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

/** `96 %` of the memory of the node; null where either is unknown. */
export function coverageOf({ engines, facts }: Pick<NodeResult, 'engines' | 'facts'>): number | null {
  const tested = Math.max(
    0,
    ...engines.filter(({ bandwidth }) => bandwidth.length === 0).map(({ bytesTested }) => bytesTested),
  );
  return facts.memoryBytes === null || tested === 0 ? null : Math.min(1, tested / facts.memoryBytes);
}

/** `95 % of the memory of a node in the middle, 90 % at least`; empty where no coverage is known. */
export function coverageLine(nodes: readonly NodeResult[]): string {
  const covered = nodes.flatMap((node) => coverageOf(node) ?? []).toSorted((a, b) => a - b);
  const [least] = covered;
  if (least === undefined) return '';
  const middle = covered[Math.floor(covered.length / 2)] ?? least;
  return `${percent(middle)} of the memory of a node in the middle, ${percent(least)} at least`;
}

export function percent(share: number | null): string {
  if (share === null) return 'unknown';
  const shown = 100 * share;
  return `${shown.toFixed(shown < 9.5 ? 1 : 0)} %`;
}

/** `march: 61 GiB, 12 passes, 3 m 05 s, 38.2 GB/s` */
export function engineLine({
  engine,
  phase,
  bytesTested,
  passes,
  wallSeconds,
  bytesPerSecond,
}: EngineResult): string {
  const name = phase === engine ? engine : `${phase} (${engine})`;
  return [
    `${name}: ${formatBytes(bytesTested)}`,
    `${passes} ${passes === 1 ? 'pass' : 'passes'}`,
    ...(wallSeconds === null ? [] : [formatDuration(wallSeconds * 1000)]),
    ...(bytesPerSecond === null ? [] : [`${gigabytes(bytesPerSecond)} GB/s`]),
  ].join(', ');
}

export function factsLine(facts: NodeFacts): string {
  const { product, serial, cpuModel, cpus, memoryBytes, bios, kernel, microcode, dimms } = facts;
  const belowRating = (dimms ?? []).filter(runsBelowRating).length;
  return [
    product,
    serial === null ? null : `serial ${serial}`,
    cpuModel === null ? null : `${cpuModel}${cpus === null ? '' : ` (${cpus} CPUs)`}`,
    memoryBytes === null ? null : formatBytes(memoryBytes),
    bios === null ? null : `BIOS ${bios}`,
    microcode === null ? null : `microcode ${microcode}`,
    kernel,
    belowRating === 0 ? null : `${belowRating} DIMMs below their rated speed`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** What the counters showed, a line each; what the node does not tell is said to be unknown. */
export function evidenceLines(evidence: NodeEvidence): readonly (readonly [string, string])[] {
  const { dimms, machineChecks, corruptedBytes, oomKills, throttleEvents, temperatures, mhz, pressure } =
    evidence;
  const known = (value: number | null, text: (value: number) => string): string =>
    value === null ? 'unknown' : text(value);
  const sum = (of: 'corrected' | 'uncorrected'): number =>
    (dimms ?? []).reduce((all, dimm) => all + dimm[of], 0);
  const hottest = temperatures?.toSorted((a, b) => b.highestCelsius - a.highestCelsius)[0];
  return [
    ['ECC', dimms === null ? 'unknown' : `${sum('corrected')} corrected, ${sum('uncorrected')} uncorrected`],
    ['machine checks', known(machineChecks, String)],
    ['pages taken out of use', known(corruptedBytes, formatBytes)],
    ['killed for memory', known(oomKills, String)],
    ['throttled', known(throttleEvents, (times) => `${times} times`)],
    [
      'hottest',
      hottest === undefined
        ? 'unknown'
        : `${hottest.sensor} ${hottest.startCelsius} to ${hottest.highestCelsius} °C`,
    ],
    ['clock', mhz === null ? 'unknown' : `${mhz.lowest} to ${mhz.highest} MHz, mean ${mhz.mean}`],
    [
      'waited',
      pressure === null
        ? 'unknown'
        : `${pressure.cpuSeconds.toFixed(0)} s for processors, ${pressure.memorySeconds.toFixed(0)} s for memory`,
    ],
    ['taken by a hypervisor', known(evidence.stealSeconds, (seconds) => `${seconds.toFixed(0)} s`)],
    ['rasdaemon', known(evidence.rasEvents, (events) => `${events} events`)],
    ['BMC event log', evidence.eventLog === null ? 'unknown' : `${evidence.eventLog.length} new entries`],
  ];
}

/** Boot parameters that keep Linux away from the bad pages; empty without physical addresses. */
export function badMemoryLines({ engines }: Pick<NodeResult, 'engines'>): readonly string[] {
  const pages = badPages(engines.flatMap(({ findings }) => findings));
  return [memmapParameters(pages), grubBadram(pages)].filter((line) => line !== '');
}
