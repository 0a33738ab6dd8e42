// One line of the evidence script as data. The line comes from a node: what is not of the expected kind is left out.
import type { Temperature } from '../model/run-result.ts';
import type { SystemTree } from './system-tree.ts';

export interface EvidenceReading {
  readonly mode: 'full' | 'brief';
  /** By the node's clock, which may be wrong. */
  readonly at: string;
  readonly uptimeSeconds: number;
  readonly bootId: string;
  /** Files of /proc and /sys; of a brief reading only those that have changed. */
  readonly files: SystemTree;
  readonly cpu: CpuFacts | null;
  readonly throttle: { readonly events: number; readonly milliseconds: number } | null;
  readonly mhz: { readonly lowest: number; readonly mean: number; readonly highest: number } | null;
  /** The hottest sensor of each chip; both values are of this reading. */
  readonly temperatures: readonly Temperature[] | null;
  readonly kernelLog: KernelLines | null;
  /** Events by table of rasdaemon. */
  readonly ras: ReadonlyMap<string, number> | null;
  readonly eventLog: readonly string[] | null;
}

export interface CpuFacts {
  readonly model: string | null;
  readonly microcode: string | null;
  readonly count: number;
  readonly sockets: number;
  readonly virtual: boolean | null;
}

export interface KernelLines {
  readonly lastSequence: number;
  readonly gap: boolean;
  /** More than there are lines where the script had to cut. */
  readonly count: number;
  readonly lines: readonly { readonly sequence: number; readonly seconds: number; readonly text: string }[];
}

/** null for a line that is no evidence: noise of a shell's start-up files, a line cut off by a crash. */
export function parseEvidence(line: string): EvidenceReading | null {
  const members = objectOf(parseJson(line));
  if (members === null || members['evidence'] !== 1) return null;
  const mode = members['mode'] === 'brief' ? 'brief' : 'full';
  return {
    mode,
    at: textOf(members['at']) ?? '',
    uptimeSeconds: numberOf(members['uptime']) ?? 0,
    bootId: textOf(members['bootId']) ?? '',
    files: filesOf(members),
    cpu: cpuOf(objectOf(members['cpu'])),
    throttle: throttleOf(objectOf(members['throttle'])),
    mhz: mhzOf(objectOf(members['mhz'])),
    temperatures: temperaturesOf(members['temperatures']),
    kernelLog: kernelLinesOf(objectOf(members['kernelLog'])),
    ras: countsOf(objectOf(members['ras'])),
    eventLog: Array.isArray(members['eventLog'])
      ? members['eventLog'].flatMap((each) => textOf(each) ?? [])
      : null,
  };
}

type Members = Readonly<Record<string, unknown>>;

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const DMI_TABLE = '/sys/firmware/dmi/tables/DMI';

function filesOf(members: Members): SystemTree {
  const files = new Map<string, Uint8Array>();
  for (const [path, text] of Object.entries(objectOf(members['files']) ?? {})) {
    if (typeof text === 'string') files.set(path, Buffer.from(text));
  }
  const dmi = textOf(members['dmi']);
  if (dmi !== null && dmi !== '') files.set(DMI_TABLE, Buffer.from(dmi, 'hex'));
  return files;
}

function cpuOf(cpu: Members | null): CpuFacts | null {
  if (cpu === null) return null;
  return {
    model: textOf(cpu['model']),
    microcode: textOf(cpu['microcode']),
    count: numberOf(cpu['count']) ?? 0,
    sockets: numberOf(cpu['sockets']) ?? 0,
    virtual: typeof cpu['virtual'] === 'boolean' ? cpu['virtual'] : null,
  };
}

function throttleOf(throttle: Members | null): EvidenceReading['throttle'] {
  const events = numberOf(throttle?.['events']);
  return events === null ? null : { events, milliseconds: numberOf(throttle?.['milliseconds']) ?? 0 };
}

function mhzOf(mhz: Members | null): EvidenceReading['mhz'] {
  const [lowest, mean, highest] = ['lowest', 'mean', 'highest'].map((name) => numberOf(mhz?.[name]));
  if (typeof lowest !== 'number' || typeof mean !== 'number' || typeof highest !== 'number') return null;
  return { lowest, mean, highest };
}

function temperaturesOf(value: unknown): readonly Temperature[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((each): readonly Temperature[] => {
    const chip = objectOf(each);
    const celsius = numberOf(chip?.['celsius']);
    if (chip === null || celsius === null) return [];
    const name = `${textOf(chip['name']) || 'sensor'} (${textOf(chip['chip']) ?? ''})`;
    return [{ sensor: name, startCelsius: celsius, highestCelsius: celsius }];
  });
}

function kernelLinesOf(log: Members | null): KernelLines | null {
  const lastSequence = numberOf(log?.['last']);
  if (log === null || lastSequence === null) return null;
  const lines = Array.isArray(log['lines']) ? log['lines'] : [];
  return {
    lastSequence,
    gap: log['gap'] === true,
    count: numberOf(log['count']) ?? 0,
    lines: lines.flatMap((line: unknown) => {
      if (!Array.isArray(line)) return [];
      const [sequence, seconds, text] = [numberOf(line[0]), numberOf(line[1]), textOf(line[2])];
      return sequence === null || text === null ? [] : [{ sequence, seconds: seconds ?? 0, text }];
    }),
  };
}

function countsOf(tables: Members | null): ReadonlyMap<string, number> | null {
  if (tables === null) return null;
  return new Map(
    Object.entries(tables).flatMap(([table, value]) => {
      const count = numberOf(value);
      return count === null ? [] : [[table, count] as const];
    }),
  );
}
