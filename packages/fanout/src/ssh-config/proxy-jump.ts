// ProxyJump of ssh_config(5): `[user@]host[:port]` or `ssh://[user@]host[:port]`, several separated by commas.
import { HeorotError, type HostName, isHostName } from '@heorot/inventory';

export interface JumpHop {
  readonly host: HostName;
  readonly user?: string;
  readonly port?: number;
}

/**
 * Hops in the order in which they are connected; `none` is no hop at all.
 * @throws HeorotError `gateway-invalid`
 */
export function parseProxyJump(text: string): readonly JumpHop[] {
  if (text.toLowerCase() === 'none') return [];
  return text.split(',').map((hop) => parseHop(hop.trim()));
}

function parseHop(text: string): JumpHop {
  const found =
    /^(?:ssh:\/\/)?(?:(?<user>[^@]+)@)?(?:\[(?<address>[^\]]+)\]|(?<host>[^:]+|[^:]*:[^:]*:.*))(?::(?<port>\d+))?\/?$/.exec(
      text,
    )?.groups;
  const host = found?.['address'] ?? found?.['host'] ?? '';
  const user = found?.['user'];
  const port = found?.['port'] === undefined ? undefined : Number(found['port']);
  const valid =
    isHostName(host) && (user === undefined || /^[^-\s'"`$\\;&<>|(){}][^\s'"`$\\;&<>|(){}]*$/.test(user));
  if (!valid || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new HeorotError('gateway-invalid', `gateway '${text}' is not [user@]host[:port]`);
  }
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}
