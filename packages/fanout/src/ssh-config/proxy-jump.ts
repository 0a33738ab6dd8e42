// ProxyJump of ssh_config(5): `[user@]host[:port]` or `ssh://[user@]host[:port]`, several separated by commas. Where the cluster
// file says it, a hop may be several hosts that will do: a node set `gw[1-2]`, or a group `@gateways`.
import { HeorotError, type HostName, isHostName, NodeSet } from '@heorot/inventory';

export interface JumpHop {
  /** Hosts that will do; a group is not looked up yet. */
  readonly to: readonly HostName[] | { readonly group: string };
  readonly user?: string;
  readonly port?: number;
}

/**
 * Hops in the order in which they are connected; `none` is no hop at all.
 * @throws HeorotError `gateway-invalid`
 */
export function parseProxyJump(text: string): readonly JumpHop[] {
  if (text.toLowerCase() === 'none') return [];
  return text.split(commaBetweenHops).map((hop) => parseHop(hop.trim()));
}

/** Not one of those in `gw[1,3]`. */
const commaBetweenHops = /,(?![^[\]]*\])/;
const hopPattern =
  /^(?:ssh:\/\/)?(?:(?<user>[^@]+)@)?(?:\[(?<address>[^\]]+)\]|(?<group>@[\w.:+-]+?(?:\[[\d,/-]+\])?)|(?<host>[^:@]+|[^:@]*:[^:@]*:[^@]*))(?::(?<port>\d+))?\/?$/;
const userPattern = /^[^-\s'"`$\\;&<>|(){}][^\s'"`$\\;&<>|(){}]*$/;

function parseHop(text: string): JumpHop {
  const { user, address, group, host = '', port: digits } = hopPattern.exec(text)?.groups ?? {};
  const port = digits === undefined ? undefined : Number(digits);
  const to = group === undefined ? hostsOf(address ?? host) : { group };
  const valid = to !== undefined && (user === undefined || userPattern.test(user));
  if (!valid || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new HeorotError('gateway-invalid', `gateway '${text}' is not [user@]host[:port]`);
  }
  return { to, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

function hostsOf(text: string): readonly HostName[] | undefined {
  if (isHostName(text)) return [text];
  if (!/^\w[\w.-]*\[[\d,/-]+\][\w.[\],/-]*$/.test(text)) return undefined;
  const hosts = [...NodeSet.parse(text)];
  return hosts.every(isHostName) ? hosts : undefined;
}
