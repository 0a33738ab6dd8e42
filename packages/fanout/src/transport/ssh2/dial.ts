// TCP to a node: without Nagle's delay, failures typed.
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectError } from '../../model/transport.ts';
import type { ConnectBudget } from '../connect-budget.ts';
import { unreachable } from './connect-failure.ts';
import { lookupHost } from './hosts-file.ts';

/** A byte stream to a node. */
export interface NodeStream extends Duplex {
  /**
   * To be set where the reader keeps no piece beyond its listener. All pieces are then parts of one buffer, which spares
   * the garbage collector 64 KB a piece: half the work of a bulk fetch.
   */
  readsInPlace?: boolean;
}

/** What all connections read into, one piece at a time. */
const received = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * Opens a TCP connection.
 * @throws ConnectError `unreachable`, or the budget's reason
 */
export async function dial(host: string, port: number, budget: ConnectBudget): Promise<NodeStream> {
  budget.doing = `connecting to ${host} port ${port}`;
  budget.signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const deliver = (length: number) => {
    const piece = received.subarray(0, length);
    return socket.emit('data', socket.readsInPlace === true ? piece : Buffer.from(piece));
  };
  const socket: NodeStream = connect({
    host,
    port,
    lookup: lookupHost,
    // A warm command would take 91 ms instead of 4.5: each packet waits for the node's delayed ACK.
    noDelay: true,
    onread: { buffer: received, callback: deliver },
  });
  // Nothing is read before there is somebody to hear it.
  socket.pause();
  const giveUp = () => reject(budget.signal.reason);
  budget.signal.addEventListener('abort', giveUp, { once: true });
  socket.once('connect', resolve);
  socket.once('error', (error) => reject(new ConnectError(unreachable(error, host, port), { cause: error })));
  try {
    await promise;
    return socket;
  } catch (error) {
    // A connection that fails later than it was given up must not end the process.
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    budget.signal.removeEventListener('abort', giveUp);
  }
}
