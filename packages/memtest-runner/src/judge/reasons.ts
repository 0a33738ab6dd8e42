// The rules behind a verdict, one function a kind of evidence; each reason says what was seen and what to do next.
import { type EngineReport, type Finding, TIME_WAS_OVER } from '../model/engine-report.ts';
import type { DimmErrors, Evidence } from '../model/evidence.ts';
import type { MeasuredSlow } from './outliers.ts';
import { plural } from './plural.ts';
import type { NodeCase, Reason } from './verdict.ts';

/** Less than this share of what was asked for is less; a page or two of rounding is not. */
const COVERAGE_SLACK = 0.99;

export function survivalReasons({
  engines,
  running,
  evidence: { survival, oomKills },
}: NodeCase): readonly Reason[] {
  const killed = (oomKills ?? 0) > 0;
  const reasons: Reason[] = killed
    ? [
        {
          verdict: 'oom',
          text: `the kernel killed a process for want of memory, ${plural(oomKills ?? 0, 'time')}`,
          next: 'test less memory (--memory), or stop what else runs on the node',
        },
      ]
    : [];
  if (survival.kind === 'unreachable') {
    const since = survival.since.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, '$1 $2 UTC');
    const text = `not reachable since ${since}`;
    return [
      ...reasons,
      { verdict: 'lost', text, next: 'look at its console and power; attach again when it is back' },
    ];
  }
  if (survival.kind === 'rebooted') return [...reasons, rebooted(survival.clean, survival.position)];
  // The node is up and its test is gone without a word: if the kernel killed it, that was said above.
  const vanished = killed || running ? [] : engines.filter(({ ending }) => ending === 'unfinished');
  return [
    ...reasons,
    ...vanished.map(
      ({ engine }): Reason => ({
        verdict: 'tool-error',
        text: `${engine} ended without a result`,
        next: 'read its last output in the spool, and test again',
      }),
    ),
  ];
}

function rebooted(clean: boolean, position: string | null): Reason {
  const where = position === null ? '' : ` during ${position}`;
  return clean
    ? {
        verdict: 'rebooted',
        text: `was shut down and booted${where}`,
        next: 'find out who rebooted it, and test again',
      }
    : {
        verdict: 'crashed',
        text: `crashed${where}: it came back with another boot id and without a shutdown`,
        next: 'read its console, pstore and BMC event log; then test half of its DIMMs at a time',
      };
}

/** A node on which nothing was tested has not passed. */
export function untestedReasons({
  engines,
  evidence: { survival },
  failure,
  running,
  busy,
}: NodeCase): readonly Reason[] {
  if (failure !== null) {
    const other = /^run (\S+) is testing it/.exec(failure)?.[1];
    const next =
      other === undefined
        ? 'see memtest-runner doctor for what this node can run'
        : `wait for that run, or end it: memtest-runner stop ${other}`;
    return [{ verdict: 'tool-error', text: `could not be tested: ${failure}`, next }];
  }
  if (running) {
    return [
      { verdict: 'pass-degraded', text: 'not done yet, nothing wrong so far', next: 'wait for its end' },
    ];
  }
  if (engines.length > 0 || survival.kind !== 'up' || busy) return [];
  return [
    { verdict: 'tool-error', text: 'nothing was tested', next: 'read the spool on the node, and test again' },
  ];
}

export function engineReasons(report: EngineReport, node: Pick<NodeCase, 'evidence'>): readonly Reason[] {
  if (report.findingCount > 0) return [dataError(report, node.evidence)];
  if (report.ending === 'failed') {
    const text = `${report.engine} could not test: ${report.notes.join('; ') || 'it gave no reason'}`;
    return [{ verdict: 'tool-error', text, next: 'see memtest-runner doctor for what this node can run' }];
  }
  if (report.ending === 'unfinished') return [];
  return degraded(report);
}

function degraded(report: EngineReport): readonly Reason[] {
  const { engine, requestedBytes, bytesTested, passes, ending, notes } = report;
  const reason = (text: string, next: string): Reason => ({ verdict: 'pass-degraded', text, next });
  const why = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  if (ending === 'interrupted' || passes === 0) {
    return [
      reason(
        `${engine} was stopped after ${plural(passes, 'pass', 'passes')}${why}, nothing wrong so far`,
        nextAfterStop(notes),
      ),
    ];
  }
  const short = requestedBytes !== null && bytesTested < requestedBytes * COVERAGE_SLACK;
  if (short) {
    const text = `${engine} tested ${bytesTested} of ${requestedBytes} bytes${why}`;
    return [reason(text, 'free memory or raise the limit, and test again')];
  }
  return notes.map((note) => reason(`${engine}: ${note}`, 'see to it, and test again'));
}

function nextAfterStop(notes: readonly string[]): string {
  if (notes.some((note) => note.includes('time limit')))
    return 'give its job more time (--sbatch --time=DAYS-HOURS), and test again';
  if (notes.some((note) => note.startsWith(TIME_WAS_OVER)))
    return 'give it more time (--for), or test less memory (--memory)';
  return 'let it run to its end';
}

function dataError(report: EngineReport, evidence: Evidence): Reason {
  const placed = report.findings.filter(({ addressKind }) => addressKind !== 'symptom');
  const [first] = placed.length > 0 ? placed : report.findings;
  const words = new Set(placed.map(({ address }) => address)).size;
  const counted =
    placed.length > 0
      ? `${plural(words, 'word')}, the first `
      : 'their place is not known, the first showed ';
  const where = first === undefined ? '' : `: ${counted}${describe(first)}`;
  return {
    verdict: 'data-error',
    text: `${report.engine} found ${plural(report.findingCount, 'wrong value')}${where}`,
    next: nextAfterDataError(report.findings, evidence.dimms ?? []),
  };
}

function describe({
  address,
  addressKind,
  physicalAddress,
  expected,
  actual,
  xor,
  cpuRead,
}: Finding): string {
  const place = physicalAddress ?? (addressKind === 'symptom' ? address : `${address} (${addressKind})`);
  const values = expected === null || actual === null ? '' : `, ${expected} read as ${actual}, bits ${xor}`;
  return `at ${place}${values}${cpuRead === null ? '' : ` by CPU ${cpuRead}`}`;
}

function nextAfterDataError(findings: readonly Finding[], dimms: readonly DimmErrors[]): string {
  const judged = findings.filter(({ blame }) => blame === 'memory' || blame === 'cpu');
  if (judged.length > 0 && judged.every(({ blame }) => blame === 'cpu')) {
    const cpus = [...new Set(judged.map(({ cpuRead }) => cpuRead ?? -1))].toSorted((a, b) => a - b);
    return `suspect CPU ${cpus.join(', ')} rather than memory: other cores read the same words right; test that processor`;
  }
  const counted = dimms.find(({ corrected, uncorrected }) => corrected + uncorrected > 0);
  if (counted !== undefined) return swap(counted);
  return 'test half of the DIMMs at a time to find which one it is; ECC counts do not name it';
}

function swap({ label }: DimmErrors): string {
  return `swap DIMM ${label} with one of another slot, test again: if the error follows, replace the DIMM, else suspect the slot`;
}

/** A new node has no business with ECC errors: one corrected is looked at, two on a DIMM and it goes. */
export function counterReasons(evidence: Evidence): readonly Reason[] {
  const { dimms, unassigned, throttleEvents, corruptedBytes } = evidence;
  const all = [
    ...(dimms ?? []),
    ...(unassigned === null
      ? []
      : [{ ...unassigned, label: 'unknown', location: '', serial: null, part: null }]),
  ];
  return [
    ...all.filter(({ uncorrected }) => uncorrected > 0).map((dimm) => eccReason(dimm, 'ecc-ue')),
    ...all
      .filter(({ corrected, uncorrected }) => corrected > 0 && uncorrected === 0)
      .map((dimm) => eccReason(dimm, 'ecc-ce')),
    ...((corruptedBytes ?? 0) > 0 ? [corrupted(corruptedBytes ?? 0)] : []),
    ...((throttleEvents ?? 0) > 0 ? [throttled(throttleEvents ?? 0)] : []),
  ];
}

function eccReason(dimm: DimmErrors, verdict: 'ecc-ue' | 'ecc-ce'): Reason {
  const { label, corrected, uncorrected, serial, part } = dimm;
  const identity = [part, serial === null ? null : `serial ${serial}`]
    .filter((each) => each !== null)
    .join(', ');
  const name = `DIMM ${label}${identity === '' ? '' : ` (${identity})`}`;
  if (verdict === 'ecc-ue') {
    return { verdict, text: `${name}: ${plural(uncorrected, 'uncorrected error')}`, next: `replace ${name}` };
  }
  const next =
    corrected === 1 ? `test again: a second corrected error on ${label} makes it a bad DIMM` : swap(dimm);
  return { verdict, text: `${name}: ${plural(corrected, 'corrected error')}`, next };
}

function corrupted(bytes: number): Reason {
  return {
    verdict: 'ecc-ue',
    text: `the kernel took ${bytes} bytes of memory out of use as corrupted`,
    next: 'read the kernel log for the physical pages, and replace the DIMM that holds them',
  };
}

function throttled(events: number): Reason {
  return {
    verdict: 'throttled',
    text: `processors were slowed for heat ${plural(events, 'time')}`,
    next: 'look at fans, air flow and heat sinks, and test again',
  };
}

export function speedReasons({ slow, busy }: NodeCase): readonly Reason[] {
  if (busy) {
    const text = 'other load disturbed the bandwidth test three times';
    return [{ verdict: 'busy', text, next: 'drain the node, and test again' }];
  }
  if (slow.length === 0) return [];
  return [
    {
      verdict: 'slow',
      text: slow.map(describeSlow).join('; '),
      next: 'compare DIMM population and configured speed, BIOS settings, governor and temperature with its neighbours',
    },
  ];
}

function describeSlow({ measurement, below, z, reference, value, against }: MeasuredSlow): string {
  const share = `${(100 * below).toFixed(1)} % below ${against === 'group' ? 'its group' : 'its own past'}`;
  return `${measurement}: ${share}, ${(value / 1e9).toFixed(1)} of ${(reference / 1e9).toFixed(1)} GB/s (z ${z.toFixed(1)})`;
}
