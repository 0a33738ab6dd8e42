// `--listen`: an address or a name, and a port.
import { isIP } from 'node:net';
import { HeorotError } from '@heorot/inventory';

export interface ListenAddress {
  /** Without brackets: `127.0.0.1`, `::1`, `head`. */
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
}

/**
 * @example parseListen('[::1]:9876') // { host: '::1', port: 9876 }
 * @throws HeorotError `usage`
 */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/.exec(text);
  const { v6, name, port = '' } = match?.groups ?? {};
  const host = v6 ?? name;
  if (host === undefined || Number(port) > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) {
    throw new HeorotError('usage', `flag --listen: '${text}' is no address and port`, {
      hint: 'such as 127.0.0.1:9876, [::1]:9876, 0.0.0.0:9876',
    });
  }
  return { host, port: Number(port) };
}

/** Nobody on another machine can reach it. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** What a browser on this machine can open. */
export function urlOf({ host, port }: ListenAddress): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}/`;
  if (host === '::') return `http://[::1]:${port}/`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
