// Headers of an archive, the same bytes for the same tree: ustar, with a pax header only where something does not fit (tar(5)).
import { pathBytes } from '../path-text.ts';
import { recordsOf, writePax } from './pax-records.ts';
import { blockSize, paddingAfter, type SparseMap, storedSize, type TarEntry } from './tar-member.ts';

const typeFlags: Readonly<Record<TarEntry['type'], string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** Two empty blocks end an archive. */
export const archiveEnd: Buffer = Buffer.alloc(2 * blockSize);

/**
 * What stands before the content of a member; after it come `paddingAfter(storedSize(entry))` zeros.
 * @param name under which it is written, where that is not its path
 */
export function memberHeader(entry: TarEntry, name: string = entry.path): Buffer {
  const path = Buffer.from(pathBytes(name === '' ? './' : entry.type === 'directory' ? `${name}/` : name));
  const target = Buffer.from('target' in entry ? pathBytes(entry.target) : '');
  const map =
    entry.type === 'file' && entry.sparse !== undefined ? sparseBlocks(entry.sparse, entry.size) : undefined;
  const size = storedSize(entry) + (map?.length ?? 0);
  const { uid, gid, mtime } = entry;
  const records = new Map<string, string>([
    ...(path.length > 100 ? [['path', path.toString('latin1')] as const] : []),
    ...(target.length > 100 ? [['linkpath', target.toString('latin1')] as const] : []),
    ...(size > 0o77777777777 ? [['size', String(size)] as const] : []),
    ...(uid > 0o7777777 ? [['uid', String(uid)] as const] : []),
    ...(gid > 0o7777777 ? [['gid', String(gid)] as const] : []),
    ...(mtime < 0 || mtime > 0o77777777777 ? [['mtime', String(mtime)] as const] : []),
    ...(map === undefined || entry.type !== 'file'
      ? []
      : ([
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.name', path.toString('latin1')],
          ['GNU.sparse.realsize', String(entry.size)],
        ] as const)),
    ...recordsOf(entry.attributes),
  ]);
  const pax = writePax(records);
  return Buffer.concat([
    ...(records.size === 0
      ? []
      : [
          ustar({ path: Buffer.from('././@PaxHeader'), type: 'x', size: pax.length, mode: 0o644 }),
          pax,
          Buffer.alloc(paddingAfter(pax.length)),
        ]),
    ustar({
      ...entry,
      ...('major' in entry ? { device: [entry.major, entry.minor] } : {}),
      path,
      target,
      type: typeFlags[entry.type],
      size,
    }),
    ...(map === undefined ? [] : [map]),
  ]);
}

interface Fields {
  readonly path: Buffer;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly target?: Buffer;
  readonly device?: readonly number[];
}

function ustar({ path, type, size, mode, uid = 0, gid = 0, mtime = 0, target, device }: Fields): Buffer {
  const block = Buffer.alloc(blockSize);
  const number = (value: number, at: number, digits: number): void => {
    const fits = value >= 0 && value < 8 ** digits;
    block.write((fits ? value : 0).toString(8).padStart(digits, '0'), at, 'latin1');
  };
  path.copy(block, 0, 0, 100);
  number(mode, 100, 7);
  number(uid, 108, 7);
  number(gid, 116, 7);
  number(size, 124, 11);
  number(mtime, 136, 11);
  block.write(type, 156, 'latin1');
  target?.copy(block, 157, 0, 100);
  block.write('ustar\x0000', 257, 'latin1');
  number(device?.[0] ?? 0, 329, 7);
  number(device?.[1] ?? 0, 337, 7);
  block.fill(' ', 148, 156);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return block;
}

/** GNU's sparse format 1.0. A file that ends in a hole has an empty last part. */
function sparseBlocks(map: SparseMap, size: number): Buffer {
  const [offset, length] = map.at(-1) ?? [0, 0];
  const whole = offset + length < size ? [...map, [size, 0]] : map;
  const text = Buffer.from(`${[whole.length, ...whole.flat()].join('\n')}\n`);
  return Buffer.concat([text, Buffer.alloc(paddingAfter(text.length))]);
}
