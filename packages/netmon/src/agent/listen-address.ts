// `ADDRESS:PORT` of a collector, as --listen and --to take it.
import { isIP } from 'node:net';
import { HeorotError, isHostName } from '@heorot/inventory';

export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** UDP; any free one will do, and both sides have to know it. */
export const defaultPort = 7426;

/**
 * @param flag named in errors
 * @example parseListenAddress('[::1]:7426', '--listen') // {address: '::1', port: 7426}
 * @throws HeorotError `usage`
 */
export function parseListenAddress(text: string, flag: string): ListenAddress {
  const parts = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const address = parts?.[1] ?? parts?.[2] ?? '';
  const port = Number(parts?.[3] ?? defaultPort);
  if (port < 1 || port > 65_535 || (isIP(address) === 0 && !isHostName(address))) {
    throw new HeorotError('usage', `flag ${flag}: '${text}' is not ADDRESS:PORT`, {
      hint: 'for example 10.1.0.1:7426, or [fd00::1]:7426',
    });
  }
  return { address, port };
}
