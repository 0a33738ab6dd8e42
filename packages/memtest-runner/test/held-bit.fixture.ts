// Holds bits of another process's memory at a value, as a stuck cell would: the process is stopped for the moment of each
// change, so that nothing but the bit is altered. Needs root.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface HeldBit {
  readonly address: bigint;
  readonly bit: number;
  readonly value: 0 | 1;
}

/** Until the signal comes, or the process has ended. */
export async function holdBits(pid: number, bits: readonly HeldBit[], signal: AbortSignal): Promise<void> {
  const memory = openSync(`/proc/${pid}/mem`, 'r+');
  try {
    while (!signal.aborted && send(pid, 'SIGSTOP')) {
      // Synchronous, so that the process is stopped for microseconds.
      for (const bit of bits) hold(memory, bit);
      send(pid, 'SIGCONT');
      await sleep(3);
    }
  } finally {
    send(pid, 'SIGCONT');
    closeSync(memory);
  }
}

function hold(memory: number, { address, bit, value }: HeldBit): void {
  const word = Buffer.alloc(8);
  if (readSync(memory, word, 0, 8, Number(address)) < 8) return;
  const mask = 1n << BigInt(bit);
  const held = word.readBigUInt64LE();
  word.writeBigUInt64LE(value === 1 ? held | mask : held & ~mask);
  writeSync(memory, word, 0, 8, Number(address));
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
