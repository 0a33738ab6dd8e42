// Where the text of a serial console comes from: a file that grows, a command, a socket.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError } from '@heorot/inventory';

export type SerialSource =
  | { readonly kind: 'file'; readonly path: string; readonly untilEnd: boolean }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'socket'; readonly path: string };

const LOOK_EVERY_MS = 200;

/** The bytes as they come, until the source ends or `signal` is aborted. @throws HeorotError `serial-console` */
export async function* readSerial(source: SerialSource, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  switch (source.kind) {
    case 'file':
      return yield* growingFile(source.path, source.untilEnd, signal);
    case 'command':
      return yield* outputOf(source.command, signal);
    case 'socket':
      return yield* socketAt(source.path, signal);
    default:
      return source satisfies never;
  }
}

/** A log that was cut (logrotate's copytruncate) is read again from its start. */
async function* growingFile(
  path: string,
  untilEnd: boolean,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let told = 0;
  while (!signal.aborted) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new HeorotError('serial-console', `cannot read the console log ${path}`, { cause });
    });
    if (found.size < told) told = 0;
    if (found.size > told || !found.isFile()) {
      for await (const chunk of createReadStream(path, { start: told })) {
        if (!(chunk instanceof Uint8Array)) continue;
        told += chunk.length;
        yield chunk;
        if (signal.aborted) return;
      }
    }
    if (untilEnd || !found.isFile()) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function* outputOf(command: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // A group of its own, so that all of a pipeline ends with us.
  // Its input stays open and silent: at the end of it `ipmitool sol activate` would leave the console.
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  child.stdin.on('error', () => undefined);
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It ended in this moment.
    }
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of child.stdout) if (chunk instanceof Uint8Array) yield chunk;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

async function* socketAt(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const socket = connect(path);
  const end = () => socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of socket) if (chunk instanceof Uint8Array) yield chunk;
  } catch (cause) {
    if (!signal.aborted)
      throw new HeorotError('serial-console', `cannot read the console at ${path}`, { cause });
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}
