// Whether something answers on the ports of nodes: a TCP connection that is closed at once, to many nodes at a time.
// What it is for: to leave out nodes that are down before anything is started. It says nothing of who answers there.
import { ConnectError } from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import { ConnectBudget } from '../transport/connect-budget.ts';
import { dial } from '../transport/ssh2/dial.ts';
import type { SilentNode } from './fanout.ts';

/** On a LAN an answer takes a millisecond; a lost SYN is sent again after one second (RFC 6298). */
const patienceMs = 2000;
/** Half of the 1024 files that a process may usually hold open. */
const mostAtOnce = 512;

/**
 * Nodes whose port does not answer. A node behind gateways is judged by the first of them, and by the first of its other
 * ways; one on this machine, or behind a ProxyCommand, is taken to be there.
 */
export async function probePorts(
  targets: readonly ResolvedTarget[],
  signal: AbortSignal,
): Promise<readonly SilentNode[]> {
  const asked = targets.filter(isAsked);
  const doors = new Map(asked.flatMap(doorsOf).map((door) => [nameOf(door), door]));
  const silent = new Map<string, string>();
  const queue = doors.entries();
  const worker = async () => {
    for (const [name, door] of queue) {
      const reason = await silence(door, signal);
      if (reason !== undefined) silent.set(name, reason);
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, doors.size) }, worker));
  return asked.flatMap((target) => {
    const reasons = doorsOf(target).map((door) => silent.get(nameOf(door)));
    const [first] = reasons;
    if (first === undefined || reasons.includes(undefined)) return [];
    return [{ node: target.target.node, reason: told(target, first) }];
  });
}

/** What has to answer, one of them, before the node can. */
function doorsOf(target: ResolvedTarget): readonly ResolvedTarget[] {
  const { gateways, otherWays = [] } = target;
  return [gateways, ...otherWays].map(([door = target]) => door);
}

function isAsked(target: ResolvedTarget): boolean {
  return target.transport !== 'local' && !doorsOf(target).some((door) => door.throughProxyCommand);
}

function nameOf({ host, port }: ResolvedTarget): string {
  return `${host} ${port}`;
}

function told({ gateways: [gateway], otherWays = [] }: ResolvedTarget, reason: string): string {
  if (gateway === undefined) return reason;
  const { node } = gateway.target;
  return otherWays.length === 0
    ? `its gateway ${node} does not answer: ${reason}`
    : `none of its gateways answers: ${node}: ${reason}`;
}

/** Why there is no answer; undefined when there is one. */
async function silence(
  { host, port, connectTimeoutMs }: ResolvedTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  using budget = new ConnectBudget(Math.min(patienceMs, connectTimeoutMs), signal);
  try {
    const socket = await dial(host, port, budget);
    socket.destroy();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ConnectError) return error.outcome.reason;
    throw error;
  }
}
