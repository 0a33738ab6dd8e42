// Second witnesses: where EDAC counts nothing (no driver, firmware-first boards), the kernel log, rasdaemon and the BMC may still
// speak of memory errors. They do not repeat what EDAC has already told.
import type { NodeEvidence } from '../model/run-result.ts';
import { plural } from './plural.ts';
import type { Reason } from './verdict.ts';

export function witnessReasons(evidence: NodeEvidence): readonly Reason[] {
  const { dimms, unassigned, machineChecks, rasEvents } = evidence;
  const counted = [...(dimms ?? []), ...(unassigned === null ? [] : [unassigned])].some(
    ({ corrected, uncorrected }) => corrected + uncorrected > 0,
  );
  if (counted) return [];
  const entries = memoryEntries(evidence.eventLog ?? []);
  return [
    ...(entries.length > 0 ? [fromEventLog(entries)] : []),
    ...((machineChecks ?? 0) > 0 ? [fromKernelLog(machineChecks ?? 0, evidence.kernelLog?.lines ?? [])] : []),
    ...((rasEvents ?? 0) > 0 ? [fromRasdaemon(rasEvents ?? 0)] : []),
  ];
}

/** As `ipmitool sel elist` prints them: `1a | 11/22/2026 | 07:31:41 | Memory #0x87 | Correctable ECC | Asserted`. */
function memoryEntries(entries: readonly string[]): readonly string[] {
  return entries.filter(
    (entry) => /\bmemory\b|\bdimm|\becc\b/i.test(entry) && !/presence|deasserted/i.test(entry),
  );
}

function fromEventLog(entries: readonly string[]): Reason {
  const uncorrected = entries.find((entry) => /uncorrectable/i.test(entry));
  return {
    verdict: uncorrected === undefined ? 'ecc-ce' : 'ecc-ue',
    text: `the BMC logged ${plural(entries.length, 'memory event')}: ${(uncorrected ?? entries[0] ?? '').trim()}`,
    next: 'the BMC knows the slot (ipmitool sel elist): swap that DIMM with another one, and test again',
  };
}

function fromKernelLog(count: number, lines: readonly string[]): Reason {
  const uncorrected = lines.find((line) => /uncorrected/i.test(line));
  const said = uncorrected ?? lines.find((line) => /hardware error/i.test(line)) ?? '';
  return {
    verdict: uncorrected === undefined ? 'ecc-ce' : 'ecc-ue',
    text: `the kernel logged ${plural(count, 'machine check')}${said === '' ? '' : `: ${said}`}`,
    next: 'decode it with rasdaemon or the vendor, it may be processor or memory; then test again',
  };
}

function fromRasdaemon(count: number): Reason {
  return {
    verdict: 'ecc-ce',
    text: `rasdaemon recorded ${plural(count, 'event')}`,
    next: 'see ras-mc-ctl --errors on the node; then test again',
  };
}
