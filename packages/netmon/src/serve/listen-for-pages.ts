// Opens the port of the page, and closes it with every connection.
import { once } from 'node:events';
import { isIP, type Server } from 'node:net';
import { hostname } from 'node:os';
import { HeorotError } from '@heorot/inventory';
import { Access } from './access.ts';
import type { ListenAddress } from './listen-address.ts';
import { createPageServer, type PageServerOptions } from './page-server.ts';

export interface ListeningServer extends AsyncDisposable {
  readonly port: number;
}

/** @throws HeorotError `listen` for a port that is taken, an address that is not of this machine */
export async function listenForPages(
  { host, port }: ListenAddress,
  token: string,
  options: Omit<PageServerOptions, 'access'>,
): Promise<ListeningServer> {
  let access: Access | undefined;
  const server = createPageServer({
    ...options,
    access: () => {
      access ??= new Access({ token, names: ownNames(host), port: portOf(server.address()) });
      return access;
    },
  });
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  return {
    port: portOf(server.address()),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function ownNames(host: string): readonly string[] {
  const full = hostname();
  return [full, full.split('.')[0] ?? full, ...(isIP(host) === 0 ? [host] : [])];
}

function portOf(address: ReturnType<Server['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listenError(error: unknown, host: string, port: number): HeorotError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `${host}:${port}`;
  if (code === 'EADDRINUSE') {
    return new HeorotError('listen', `${where} is taken already`, {
      hint: `another netmon serve? --listen ${host}:0 takes any port that is free`,
      cause: error,
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new HeorotError('listen', `cannot listen on ${where}: ${why}`, { cause: error });
}
