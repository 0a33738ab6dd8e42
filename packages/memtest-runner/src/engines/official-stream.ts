// From what the author's own stream.c prints (5.10) to an engine report. Only this output may be called STREAM.
import type { Bandwidth } from '../model/run-result.ts';
import type { BandwidthReport } from './stream-log.ts';

const kernels = ['copy', 'scale', 'add', 'triad'] as const;

/** @param exitCode null while it runs, or when nobody saw its end */
export function readOfficialStream(output: string, exitCode: number | null): BandwidthReport {
  const threads = Number(/Number of Threads (?:counted|requested) = (\d+)/.exec(output)?.[1] ?? 1);
  const elements = Number(/Array size = (\d+)/.exec(output)?.[1] ?? 0);
  const width = Number(/uses (\d+) bytes per array element/.exec(output)?.[1] ?? 8);
  const bandwidth = kernels.flatMap((kernel): Bandwidth[] => {
    const rate = new RegExp(`^${kernel}: +([\\d.]+)`, 'im').exec(output)?.[1];
    if (rate === undefined) return [];
    const bytesPerSecond = Number(rate) * 1e6;
    return [
      { kernel, variant: 'official', threads, numaNode: null, bytesPerSecond, trials: [], disturbed: 0 },
    ];
  });
  const invalid = /Failed Validation/i.test(output);
  const valid = /Solution Validates/i.test(output);
  const triad = bandwidth.find(({ kernel }) => kernel === 'triad');
  return {
    report: {
      engine: 'stream',
      variant: `STREAM ${/STREAM version \S*: ?(\S+)/.exec(output)?.[1] ?? ''}`.trim(),
      ending: valid || invalid ? 'complete' : exitCode === null ? 'unfinished' : 'failed',
      requestedBytes: null,
      bytesTested: 3 * elements * width,
      passes: valid || invalid ? 1 : 0,
      cpuSeconds: null,
      wallSeconds: null,
      bytesPerSecond: triad?.bytesPerSecond ?? null,
      findings: [],
      findingCount: invalid ? 1 : 0,
      notes: invalid ? ['its own validation failed'] : [],
    },
    bandwidth,
  };
}
