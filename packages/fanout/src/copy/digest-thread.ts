// SHA-256 of a large part of a local file in a thread of its own, so that hashing and sending use two processors.
import { Worker } from 'node:worker_threads';
import { type ByteName, bytesOf } from './byte-name.ts';

interface Part {
  readonly path: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** In hexadecimal. Rejects with the system's error when the file cannot be read. */
export function digestInThread(source: ByteName, from: number, to: number): Promise<string> {
  const workerData: Part = { path: bytesOf(source), from, to };
  return new Promise((resolve, reject) => {
    // As text, because a bundle has no file of its own for the thread to start from.
    const thread = new Worker(`(${digestPart.toString()})()`, { eval: true, workerData });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the thread that digests ended early')));
  });
}

/** Runs in the thread; uses nothing from this module. */
function digestPart(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const { path, from, to }: Part = workerData;
  const file = openSync(Buffer.from(path), 'r');
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(1024 * 1024);
  for (let at = from; at < to; ) {
    const length = readSync(file, block, 0, Math.min(block.length, to - at), at);
    if (length === 0) break;
    hash.update(block.subarray(0, length));
    at += length;
  }
  closeSync(file);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(hash.digest('hex'));
}
