// What is said over the lab's control socket: one JSON line each way. The socket lies in a folder that only its owner may enter.
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { HeorotError } from '@heorot/inventory';
import type { Fault } from '../model/lab.ts';
import type { NodeCondition } from '../model/node-condition.ts';

export type Request =
  | { readonly kind: 'status' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'fault'; readonly node: string; readonly fault: Fault };

export type Reply =
  | { readonly kind: 'done' }
  | { readonly kind: 'status'; readonly nodes: readonly NodeStatus[] }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly hint?: string };

export interface NodeStatus {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly home: string;
  readonly hostKeyFingerprint: string;
  readonly condition: NodeCondition;
}

export function socketPath(folder: string): string {
  return join(folder, 'control.sock');
}

/**
 * Asks the daemon of a folder.
 * @throws HeorotError `lab-not-running`, or what the daemon threw
 */
export async function ask(folder: string, request: Request): Promise<Reply> {
  const socket = createConnection({ path: socketPath(folder), allowHalfOpen: true });
  socket.end(`${JSON.stringify(request)}\n`);
  const answer = await text(socket).catch((cause: unknown) => {
    throw new HeorotError('lab-not-running', `no lab answers in ${folder}`, { hint: 'heorot lab up', cause });
  });
  const reply = decodeReply(answer);
  if (reply.kind === 'error') {
    throw new HeorotError(reply.code, reply.message, reply.hint === undefined ? {} : { hint: reply.hint });
  }
  return reply;
}

/** @throws SyntaxError for what is no request */
export function decodeRequest(line: string): Request {
  const value: unknown = JSON.parse(line);
  if (isRequest(value)) return value;
  throw new SyntaxError('not a request');
}

function isRequest(value: unknown): value is Request {
  if (!hasKind(value)) return false;
  if (value.kind === 'status' || value.kind === 'stop') return true;
  return (
    value.kind === 'fault' &&
    'node' in value &&
    typeof value.node === 'string' &&
    'fault' in value &&
    isFault(value.fault)
  );
}

function isFault(value: unknown): value is Fault {
  if (!hasKind(value)) return false;
  if (value.kind !== 'slow') return plainFaults.has(value.kind);
  if (!('delayMs' in value) || typeof value.delayMs !== 'number') return false;
  return !('bytesPerSecond' in value) || typeof value.bytesPerSecond === 'number';
}

const plainFaults: ReadonlySet<string> = new Set([
  'kill',
  'freeze',
  'thaw',
  'partition',
  'heal',
  'reboot',
  'new-host-key',
]);

/** What the daemon says is believed: it is our own program behind our own folder. */
function decodeReply(line: string): Reply {
  try {
    const value: unknown = JSON.parse(line);
    if (isReply(value)) return value;
  } catch {
    // Said below.
  }
  const message = 'the lab ended while it was asked';
  return { kind: 'error', code: 'lab-not-running', message, hint: 'heorot lab status' };
}

function isReply(value: unknown): value is Reply {
  return hasKind(value) && ['done', 'status', 'error'].includes(value.kind);
}

function hasKind(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
