// Reads the answer of facts-script.ts. A fact that is missing is absent, never 0 or an empty text.
import { factsMarker } from './facts-script.ts';

export interface NodeFacts {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly architecture?: string;
  readonly os?: string;
  readonly bootId?: string;
  /** Logical CPUs. */
  readonly processors?: number;
  readonly sockets?: number;
  readonly cpuModel?: string;
  readonly memoryBytes?: number;
  readonly vendor?: string;
  readonly product?: string;
  /** The machine's serial number; only root may read it. */
  readonly serial?: string;
  readonly biosVersion?: string;
  readonly nics: readonly NicFacts[];
  readonly disks: readonly DiskFacts[];
}

/** A network card with a device behind it: no bridges, bonds or tunnels. */
export interface NicFacts {
  readonly name: string;
  readonly mac?: string;
  readonly state?: string;
  readonly megabitsPerSecond?: number;
  readonly driver?: string;
}

export interface DiskFacts {
  readonly name: string;
  readonly bytes?: number;
  readonly rotational?: boolean;
  readonly model?: string;
  readonly serial?: string;
}

const texts = [
  'hostname',
  'kernel',
  'architecture',
  'os',
  'bootId',
  'cpuModel',
  'vendor',
  'product',
  'serial',
  'biosVersion',
] as const;
const numbers = ['processors', 'sockets'] as const;
/** Sector counts in /sys/block are in units of 512 bytes whatever the disk's own (Documentation/ABI/stable/sysfs-block). */
const sectorBytes = 512;

/** @returns undefined when the answer is not whole: the script did not run to its end */
export function parseFacts(answer: string): NodeFacts | undefined {
  const lines = answer.split('\n').map((line) => line.replace(/\r$/, ''));
  const start = lines.indexOf(factsMarker);
  const end = lines.indexOf('end', start);
  if (start < 0 || end < 0) return undefined;
  const rows = lines.slice(start + 1, end).map((line) => line.split('\t').map((field) => field.trim()));
  const values = new Map(rows.map(([key = '', value = '']) => [key, value]));
  return {
    ...Object.fromEntries(texts.flatMap((key) => entry(key, text(values.get(key))))),
    ...Object.fromEntries(numbers.flatMap((key) => entry(key, count(values.get(key))))),
    ...Object.fromEntries(entry('memoryBytes', scaled(values.get('memoryKilobytes'), 1024))),
    nics: rows.filter(([key]) => key === 'nic').map(parseNic),
    disks: rows.filter(([key]) => key === 'disk').map(parseDisk),
  };
}

function parseNic([, name = '', mac, state, speed, driver]: readonly string[]): NicFacts {
  return {
    name,
    ...Object.fromEntries([
      ...entry('mac', mac === '00:00:00:00:00:00' ? undefined : text(mac)),
      ...entry('state', text(state)),
      // A link that is down reads as -1 or as an error.
      ...entry('megabitsPerSecond', count(speed)),
      ...entry('driver', text(driver)),
    ]),
  };
}

function parseDisk([, name = '', sectors, rotational, model, serial]: readonly string[]): DiskFacts {
  return {
    name,
    ...Object.fromEntries([
      ...entry('bytes', scaled(sectors, sectorBytes)),
      ...entry('rotational', rotational === '1' || rotational === '0' ? rotational === '1' : undefined),
      ...entry('model', text(model)),
      ...entry('serial', text(serial)),
    ]),
  };
}

function entry<Value>(key: string, value: Value | undefined): [string, Value][] {
  return value === undefined ? [] : [[key, value]];
}

/** Firmware that knows nothing says so in many ways. */
function text(value: string | undefined): string | undefined {
  const unknown =
    /^(|none|unknown|not specified|to be filled by o\.e\.m\.|default string|system serial number|0+)$/i;
  return value === undefined || unknown.test(value) ? undefined : value;
}

function count(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9]\d*$/.test(value) ? Number(value) : undefined;
}

function scaled(value: string | undefined, unit: number): number | undefined {
  const number = count(value);
  return number === undefined ? undefined : number * unit;
}
