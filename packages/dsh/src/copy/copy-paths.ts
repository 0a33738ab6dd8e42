// Sources and destination of --copy and --fetch. Familiar hands type `--copy a b --dest /x`: what follows the first
// source are operands, and --dest among them is still ours.
import { dirname, resolve } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';

export interface CopyPaths {
  readonly direction: 'copy' | 'fetch';
  readonly sources: readonly string[];
  readonly destination: string;
}

/** @throws HeorotError `usage` */
export function copyPaths(
  flags: Pick<DshFlags, 'copy' | 'fetch' | 'dest'>,
  operands: readonly string[],
  cwd: string,
): CopyPaths {
  const direction = flags.copy.length > 0 ? 'copy' : 'fetch';
  const { sources: more, destination = flags.dest } = splitOperands(operands);
  const sources = [...flags[direction], ...more];
  if (direction === 'fetch') return { direction, sources, destination: resolve(cwd, destination ?? '.') };
  const local = sources.map((source) => resolve(cwd, source));
  return { direction, sources: local, destination: destination ?? dirname(local[0] ?? '') };
}

function splitOperands(operands: readonly string[]): {
  readonly sources: readonly string[];
  readonly destination?: string;
} {
  const at = operands.findIndex((operand) => operand === '--dest' || operand.startsWith('--dest='));
  const flag = operands.find((operand, index) => operand.startsWith('-') && index !== at);
  if (flag !== undefined)
    throw new HeorotError('usage', `flag ${flag} stands behind a source`, {
      hint: 'write flags before the sources',
    });
  const typed = operands[at];
  if (typed === undefined) return { sources: operands };
  const inline = typed.startsWith('--dest=') ? typed.slice('--dest='.length) : undefined;
  const destination = inline ?? operands[at + 1];
  if (destination === undefined) throw new HeorotError('usage', 'flag --dest needs a value (DIR)');
  return { sources: operands.toSpliced(at, inline === undefined ? 2 : 1), destination };
}
