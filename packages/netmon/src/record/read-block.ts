// One block out of the file of a recording.
import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../model/reading.ts';
import { decodeBlock } from './block.ts';
import { parseBlockKey } from './block-key.ts';

/**
 * Undefined where it is gone: a recorder that retains little has removed it.
 * @throws RangeError, or an error of zlib, for one that is damaged
 */
export function readBlock(
  database: DatabaseSync,
  id: number,
  node: string,
): { readonly readings: readonly Reading[] } | undefined {
  const row = database
    .prepare('SELECT readings, data, text FROM blocks JOIN keys ON keys.id = key WHERE blocks.id = ?')
    .get(id);
  if (row === undefined) return undefined;
  const { data, text, readings } = row;
  if (!(data instanceof Uint8Array)) throw new RangeError('no data');
  return { readings: decodeBlock(data, parseBlockKey(node, String(text)), Number(readings)) };
}
