// direct-tcpip (RFC 4254 section 7.2): what makes a node a gateway to others. Only nodes of the same lab can be reached.
import { connect } from 'node:net';
import type { Connection } from 'ssh2';

/**
 * @param addressOf the lab's address for a node name or address, undefined for anything else
 * @param from the gateway's own address, so that the target sees where the connection comes from
 */
export function serveForward(
  connection: Connection,
  from: string,
  addressOf: (host: string) => string | undefined,
): void {
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const host = addressOf(destIP);
    if (host === undefined) return reject();
    const socket = connect({ host, port: destPort, localAddress: from, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      const channel = accept();
      socket.on('error', () => channel.close());
      channel.once('close', () => socket.destroy());
      // A channel whose reader is stuck does not report its own end.
      connection.once('close', () => socket.destroy());
      socket.pipe(channel).pipe(socket);
    });
  });
}
