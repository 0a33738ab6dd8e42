// ssh2 takes any duplex stream for a socket (its README: injectSocket); its published types ask for a net.Socket.
import type { Duplex } from 'node:stream';

declare module 'ssh2' {
  interface Server {
    injectSocket(stream: Duplex): void;
  }
}
