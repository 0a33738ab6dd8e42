// An answer as lines for comparing. Latin-1 keeps every byte: one character each, back again unchanged.
import { HeorotError } from '@heorot/inventory';
import type { ByteLog } from './byte-log.ts';

const comparableBytes = 128 * 1024 * 1024;

/**
 * The lines without their newlines.
 * @throws HeorotError `answer-too-long`: comparing needs the whole answer in memory
 */
export function answerLines(log: ByteLog): string[] {
  if (log.size > comparableBytes) {
    throw new HeorotError(
      'answer-too-long',
      `an answer of ${log.size} bytes is too long to be compared line by line`,
      {
        hint: 'use -b, or --out-dir and compare the files',
      },
    );
  }
  const lines = log.bytes().toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function lineBytes(line: string): Uint8Array {
  return Buffer.from(line, 'latin1');
}
