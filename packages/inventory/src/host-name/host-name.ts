// The only maker of host names: nothing reaches a connection or a command line without passing here.
import { HeorotError } from '../error/heorot-error.ts';

declare const hostName: unique symbol;
/** A validated name or address: never starts with `-`, holds no blanks, quotes, slashes, shell or control characters. */
export type HostName = string & { readonly [hostName]: true };

/**
 * Validates a node name, host name, IPv4 or IPv6 address.
 * @throws HeorotError `host-name-invalid`, with the offending character and its offset
 */
export function parseHostName(text: string): HostName {
  if (!isHostName(text)) throw new HeorotError('host-name-invalid', `'${text}' is not a host name`);
  return text;
}

export function isHostName(text: string): text is HostName {
  return /^[A-Za-z0-9_][A-Za-z0-9_.:%-]*$/.test(text) && text.length <= 255;
}
