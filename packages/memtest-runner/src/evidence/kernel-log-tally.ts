// The lines of the kernel log that came during a run, each once, the first ones kept and all counted.
import { KERNEL_LINE_LIMIT, type KernelLog } from '../model/run-result.ts';
import type { KernelLines } from './evidence-reading.ts';

export interface KernelLogTally {
  /** null: the node does not show its log. */
  add(log: KernelLines | null, afterBoot: boolean): void;
  log(): KernelLog | null;
  machineChecks(): number | null;
}

export function createKernelLogTally(): KernelLogTally {
  let last = -1;
  let told = false;
  let gap = false;
  let lineCount = 0;
  // The handler of the event and the decoder of its bank may both speak of one machine check.
  let logged = 0;
  let decoded = 0;
  const lines: string[] = [];
  return {
    add(log, afterBoot) {
      if (log === null) return;
      told = true;
      gap ||= log.gap;
      if (afterBoot) last = -1;
      const fresh = log.lines.filter(({ sequence }) => sequence > last);
      // The script cuts what it prints and counts on.
      if (log.lastSequence > last) lineCount += fresh.length + Math.max(0, log.count - log.lines.length);
      last = Math.max(last, log.lastSequence);
      for (const { seconds, text } of fresh) {
        if (/machine check events logged/i.test(text)) logged++;
        if (/hardware error.*(corrected error|uncorrected error|deferred error|machine check:)/i.test(text))
          decoded++;
        if (lines.length < KERNEL_LINE_LIMIT) lines.push(`[${seconds.toFixed(3)}] ${text}`);
      }
    },
    log: () => (told ? { lines: [...lines], lineCount, gap } : null),
    machineChecks: () => (told ? Math.max(logged, decoded) : null),
  };
}
