// What a node is, from a full reading.
import type { NodeFacts } from '../model/run-result.ts';
import { readDimms } from './dmi-memory.ts';
import type { EvidenceReading } from './evidence-reading.ts';
import { readMemoryBytes } from './kernel-counters.ts';
import { type SystemTree, textAt } from './system-tree.ts';

/** All unknown: a node that never answered. */
export const unknownFacts: NodeFacts = {
  serial: null,
  product: null,
  bios: null,
  cpuModel: null,
  cpus: null,
  sockets: null,
  microcode: null,
  kernel: null,
  memoryBytes: null,
  virtual: null,
  dimms: null,
};

export function factsOf({ files, cpu }: EvidenceReading): NodeFacts {
  const vendor = identity(files, 'sys_vendor');
  const product = identity(files, 'product_name');
  const version = identity(files, 'bios_version');
  const date = identity(files, 'bios_date');
  return {
    serial: identity(files, 'product_serial') ?? identity(files, 'board_serial'),
    product: joined(vendor, product),
    bios: joined(version, date),
    cpuModel: cpu?.model ?? null,
    cpus: positive(cpu?.count),
    sockets: positive(cpu?.sockets),
    microcode: cpu?.microcode ?? null,
    kernel: textAt(files, '/proc/sys/kernel/osrelease'),
    memoryBytes: readMemoryBytes(files),
    virtual: cpu?.virtual ?? null,
    dimms: readDimms(files),
  };
}

function joined(...parts: readonly (string | null)[]): string | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join(' ');
}

function positive(value: number | undefined): number | null {
  return value === undefined || value === 0 ? null : value;
}

/** Vendors fill what they do not know; one serial number on a thousand machines is worse than none. */
function identity(files: SystemTree, name: string): string | null {
  const text = textAt(files, `/sys/class/dmi/id/${name}`)?.trim() ?? '';
  const empty =
    /^(|0+|none|n\/a|unknown|not (specified|applicable|available)|default string|to be filled by o\.?e\.?m\.?|system (serial number|product name|manufacturer)|0?123456789(0|abcdef)?|x+)$/i;
  return empty.test(text) ? null : text;
}
