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
 * Nodes whose port does not answer. A node behind gateways is judged by the first of them; one on this machine, or
 * behind a ProxyCommand, is taken to be there.
 */
export async function probePorts(
  targets: readonly ResolvedTarget[],
  signal: AbortSignal,
): Promise<readonly SilentNode[]> {
  const doors = Map.groupBy(targets.filter(isAsked), (target) => nameOf(doorOf(target)));
  const silent = new Map<string, string>();
  const queue = doors.values();
  const worker = async () => {
    for (const nodes of queue) {
      const [first] = nodes;
      const reason = first === undefined ? undefined : await silence(doorOf(first), signal);
      if (reason === undefined) continue;
      for (const node of nodes) silent.set(node.target.node, told(node, reason));
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, doors.size) }, worker));
  return targets.flatMap(({ target: { node } }) => {
    const reason = silent.get(node);
    return reason === undefined ? [] : [{ node, reason }];
  });
}

/** What has to answer before the node can. */
function doorOf(target: ResolvedTarget): ResolvedTarget {
  return target.gateways[0] ?? target;
}

function isAsked(target: ResolvedTarget): boolean {
  return target.transport !== 'local' && !doorOf(target).throughProxyCommand;
}

function nameOf({ host, port }: ResolvedTarget): string {
  return `${host} ${port}`;
}

function told({ gateways: [gateway] }: ResolvedTarget, reason: string): string {
  return gateway === undefined ? reason : `its gateway ${gateway.target.node} does not answer: ${reason}`;
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
