// Headers of the archives that small files travel in: ustar with GNU's long names, which GNU tar and busybox both
// read. Source: tar(5), "POSIX ustar Archives" and "GNU Tar Archives".
import { type ByteName, bytesOf } from './byte-name.ts';

export const tarBlock = 512;

export interface TarMember {
  readonly name: ByteName;
  readonly kind: 'file' | 'folder' | 'link';
  readonly size: number;
  readonly mode: number;
  readonly modifiedAt: number;
  readonly target?: ByteName;
}

const typeFlags = { file: '0', link: '2', folder: '5' };

/** The header blocks of a member; its content follows, padded by {@link tarPadding}. */
export function tarHeader(member: TarMember): Buffer {
  const { name, target = '' } = member;
  const long = [
    ...(target.length > 100 ? [longName('K', target)] : []),
    ...(name.length > 100 ? [longName('L', name)] : []),
  ];
  return Buffer.concat([...long, header(member, typeFlags[member.kind])]);
}

export const tarPadding = (size: number): Buffer => Buffer.alloc((tarBlock - (size % tarBlock)) % tarBlock);

/** Two empty blocks, filled up to what tar reads at a time. */
export const tarEnd = (written: number): Buffer => {
  const record = 20 * tarBlock;
  const end = written + 2 * tarBlock;
  return Buffer.alloc(2 * tarBlock + ((record - (end % record)) % record));
};

function longName(flag: 'K' | 'L', name: ByteName): Buffer {
  const content = Buffer.concat([bytesOf(name), Buffer.alloc(1)]);
  const member = { name: '././@LongLink', size: content.length, mode: 0o644, modifiedAt: 0 };
  return Buffer.concat([header(member, flag), content, tarPadding(content.length)]);
}

function header(member: Omit<TarMember, 'kind'>, flag: string): Buffer {
  const block = Buffer.alloc(tarBlock);
  block.write(member.name.slice(0, 100), 0, 'latin1');
  block.write(octal(member.mode, 7), 100, 'latin1');
  // Owner and group 0: whoever unpacks owns it (tar -o).
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(member.size, 11), 124, 'latin1');
  block.write(octal(Math.max(0, member.modifiedAt), 11), 136, 'latin1');
  block.write(flag, 156, 'latin1');
  block.write((member.target ?? '').slice(0, 100), 157, 'latin1');
  block.write('ustar  \0', 257, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
