// Holds bits of another process's memory at a value, as a stuck cell would: the process is stopped for the moment of each
// change, so that nothing but the bit is altered. Needs root.
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
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
      if (standsStill(pid)) for (const bit of bits) hold(memory, bit);
      send(pid, 'SIGCONT');
      await sleep(3);
    }
  } finally {
    send(pid, 'SIGCONT');
    closeSync(memory);
  }
}

/** The signal only asks: a thread on another processor still runs for a moment, and a word it writes meanwhile would be lost. */
function standsStill(pid: number): boolean {
  for (let look = 0; look < 1000; look++) {
    if (threadStates(pid).every((state) => state === 'T')) return true;
  }
  return false;
}

/** State letters of proc_pid_stat(5); none for a process that is gone. */
function threadStates(pid: number): readonly string[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.map(
      (thread) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'))?.[1] ?? '',
    );
  } catch {
    return [];
  }
}

function hold(memory: number, { address, bit, value }: HeldBit): void {
  const word = Buffer.alloc(8);
  if (read(memory, word, address) < 8) return;
  const mask = 1n << BigInt(bit);
  const held = word.readBigUInt64LE();
  word.writeBigUInt64LE(value === 1 ? held | mask : held & ~mask);
  writeSync(memory, word, 0, 8, Number(address));
}

/** 0 where nothing is mapped any more: the program is about to end. */
function read(memory: number, word: Buffer, address: bigint): number {
  try {
    return readSync(memory, word, 0, 8, Number(address));
  } catch {
    return 0;
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
