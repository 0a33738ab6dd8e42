// Talks to one QEMU over its monitor socket (QMP, docs/interop/qmp-spec of QEMU): one JSON document a line, each way.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { HeorotError } from '@heorot/inventory';

/** What of QEMU's commands the lab uses. */
export type QmpCommand =
  | 'cont'
  | 'qmp_capabilities'
  | 'query-status'
  | 'quit'
  | 'stop'
  | 'system_powerdown'
  | 'system_reset';

/**
 * Connects, gives one command, and hangs up: the monitor takes one client at a time, and the lab is not the only one.
 * @returns what the command returned
 * @throws HeorotError `lab-monitor` when QEMU is gone or refuses the command
 */
export async function qmp(socketPath: string, command: QmpCommand): Promise<unknown> {
  const socket = createConnection({ path: socketPath });
  try {
    await once(socket, 'connect');
    const replies = repliesOf(socket);
    // The greeting, then leaving negotiation mode, which every session begins in.
    await replies.next();
    await exchange(socket, replies, 'qmp_capabilities');
    return await exchange(socket, replies, command);
  } catch (cause) {
    if (cause instanceof HeorotError) throw cause;
    throw new HeorotError('lab-monitor', `the machine's monitor does not answer ${command}`, { cause });
  } finally {
    socket.destroy();
  }
}

async function exchange(
  socket: Socket,
  replies: AsyncIterator<Reply>,
  command: QmpCommand,
): Promise<unknown> {
  socket.write(`${JSON.stringify({ execute: command })}\n`);
  for (;;) {
    const { done, value } = await replies.next();
    // QEMU may be gone before it has said that it goes.
    if (done === true) {
      if (command === 'quit') return undefined;
      throw new HeorotError('lab-monitor', `the machine ended while it was told to ${command}`);
    }
    if (value.error !== undefined) throw new HeorotError('lab-monitor', `${command}: ${value.error.desc}`);
    if ('return' in value) return value.return;
  }
}

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** Events come between the replies and have neither `return` nor `error`. */
async function* repliesOf(socket: Socket): AsyncGenerator<Reply, void> {
  for await (const line of createInterface({ input: socket })) {
    const value: unknown = JSON.parse(line);
    if (isReply(value)) yield value;
  }
}

function isReply(value: unknown): value is Reply {
  return (
    typeof value === 'object' &&
    value !== null &&
    (!('error' in value) ||
      (typeof value.error === 'object' && value.error !== null && 'desc' in value.error))
  );
}
