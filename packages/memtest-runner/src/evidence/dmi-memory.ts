// DIMMs from the DMI table (SMBIOS, DMTF DSP0134, structure type 17 "Memory Device"): slot, serial, part, vendor, and the speed
// a module runs at against the speed it was made for.
import type { DimmErrors } from '../model/evidence.ts';
import type { SystemTree } from './system-tree.ts';

export interface Dimm {
  /** What is printed on the board, such as `DIMM_A1`. */
  readonly slot: string;
  readonly bank: string;
  readonly bytes: number;
  readonly vendor: string | null;
  readonly serial: string | null;
  readonly part: string | null;
  /** MT/s; null where the board does not say. */
  readonly ratedSpeed: number | null;
  readonly configuredSpeed: number | null;
}

const MEMORY_DEVICE = 17;
const END_OF_TABLE = 127;

/** Slots that hold a module. null where the table cannot be read (no root, no DMI, another architecture). */
export function readDimms(tree: SystemTree): readonly Dimm[] | null {
  const table = tree.get('/sys/firmware/dmi/tables/DMI');
  if (table === undefined) return null;
  return structures(table)
    .filter(({ type }) => type === MEMORY_DEVICE)
    .flatMap((structure) => readDimm(structure) ?? []);
}

interface Structure {
  readonly type: number;
  readonly data: DataView;
  readonly strings: readonly string[];
}

/** A formatted part whose length it tells, then strings that end with a zero each, then one more zero. */
function structures(table: Uint8Array): readonly Structure[] {
  const found: Structure[] = [];
  let at = 0;
  while (at + 4 <= table.length) {
    const type = table[at] ?? END_OF_TABLE;
    const length = table[at + 1] ?? 0;
    if (length < 4 || at + length > table.length) break;
    let end = at + length;
    while (end + 1 < table.length && (table[end] !== 0 || table[end + 1] !== 0)) end++;
    const text = new TextDecoder('latin1').decode(table.subarray(at + length, end));
    found.push({
      type,
      data: new DataView(table.buffer, table.byteOffset + at, length),
      strings: text.split('\0'),
    });
    if (type === END_OF_TABLE) break;
    at = end + 2;
  }
  return found;
}

function readDimm({ data, strings }: Structure): readonly Dimm[] | null {
  const byte = (offset: number): number => (offset < data.byteLength ? data.getUint8(offset) : 0);
  const word = (offset: number): number => (offset + 2 <= data.byteLength ? data.getUint16(offset, true) : 0);
  const text = (offset: number): string | null => meaningful(strings[byte(offset) - 1]);
  const bytes = sizeOf(word(0x0c), data.byteLength >= 0x20 ? data.getUint32(0x1c, true) : 0);
  if (bytes === 0) return null;
  return [
    {
      slot: text(0x10) ?? 'unknown',
      bank: text(0x11) ?? '',
      bytes,
      vendor: text(0x17),
      serial: text(0x18),
      part: text(0x1a),
      ratedSpeed: word(0x15) || null,
      configuredSpeed: word(0x20) || null,
    },
  ];
}

/** 0: empty slot; 0xffff: unknown; 0x7fff: in the extended field, in MiB; bit 15: KiB instead of MiB. */
function sizeOf(size: number, extended: number): number {
  if (size === 0 || size === 0xffff) return 0;
  if (size === 0x7fff) return (extended & 0x7fffffff) * 2 ** 20;
  return (size & 0x7fff) * ((size & 0x8000) === 0 ? 2 ** 20 : 2 ** 10);
}

/** Boards fill what they do not know with words of their own. */
function meaningful(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return /^(|0+|not specified|unknown|none|n\/a|no dimm|to be filled by o\.e\.m\.|undefined)$/i.test(trimmed)
    ? null
    : trimmed;
}

/** A module that runs slower than it was made for: a wrong BIOS setting, a mixed population, or a slot too many. */
export function runsBelowRating({ ratedSpeed, configuredSpeed }: Dimm): boolean {
  return ratedSpeed !== null && configuredSpeed !== null && configuredSpeed < ratedSpeed;
}

/**
 * Puts serial and part to DIMMs that EDAC counts, where the label holds the slot's name (`CPU0_DIMM_A1` and `DIMM_A1`), and only one
 * slot's: a wrong serial number is worse than none.
 */
export function withIdentity(counted: readonly DimmErrors[], dimms: readonly Dimm[]): readonly DimmErrors[] {
  return counted.map((each) => {
    const label = plain(each.label);
    const exact = dimms.filter((dimm) => plain(dimm.slot) === label);
    const within = dimms.filter((dimm) => plain(dimm.slot).length > 1 && label.endsWith(plain(dimm.slot)));
    const [match, ...others] = exact.length > 0 ? exact : within;
    return match === undefined || others.length > 0
      ? each
      : { ...each, serial: match.serial, part: match.part };
  });
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
