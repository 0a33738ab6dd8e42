// One block out of the file of a recording.
import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../model/reading.ts';
import { type DecodeOptions, decodeBlock } from './block.ts';
import { parseBlockKey } from './block-key.ts';

/**
 * Its readings one after another, from the first that arrived at that time or later; undefined where it is gone: a recorder
 * that retains little has removed it.
 * @throws RangeError, here or while it is read, for one that is damaged
 */
export function readBlock(
  database: DatabaseSync,
  id: number,
  node: string,
  options: DecodeOptions = {},
): Generator<Reading> | undefined {
  const row = database
    .prepare('SELECT data, text FROM blocks JOIN keys ON keys.id = key WHERE blocks.id = ?')
    .get(id);
  if (row === undefined) return undefined;
  const { data, text } = row;
  if (!(data instanceof Uint8Array)) throw new RangeError('no data');
  return decodeBlock(data, parseBlockKey(node, String(text)), options);
}
