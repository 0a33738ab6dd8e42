// `dsh holder status`: one line on the holder, then nodes that are held the same way.
import {
  type CommandContext,
  ExitCode,
  formatBytes,
  formatDuration,
  renderTable,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { type HeldConnectionStatus, type HolderStatus, holderStatus } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';

const columns = [{ title: 'NODES' }, { title: 'USER' }, { title: 'THROUGH' }, { title: 'STATE' }] as const;

export async function showHolder(
  flags: { readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  const status = await holderStatus(context.env);
  if (flags.json)
    await writeJson(context.stdout, { holder: status === undefined ? null : toDocument(status) });
  else if (status === undefined) await writeAll(context.stderr, 'no connections are held\n');
  else await writeAll(context.stdout, describe(status, Date.now(), context).join(''));
  return ExitCode.ok;
}

/** `held` of docs/reference/dsh.schema.json. */
function toDocument({ startedAt, connections, ...holder }: HolderStatus): object {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    ...holder,
    startedAt: iso(startedAt),
    connections: connections.map(({ since, until, ...connection }) => ({
      ...connection,
      since: iso(since),
      ...(until === undefined ? {} : { until: iso(until) }),
    })),
  };
}

function describe(status: HolderStatus, now: number, context: CommandContext): readonly string[] {
  const { pid, startedAt, memoryBytes, connections } = status;
  const count = connections.length === 1 ? '1 connection' : `${connections.length} connections`;
  const head = `${count} held by process ${pid} for ${formatDuration(now - startedAt)}, ${formatBytes(memoryBytes)}\n`;
  if (connections.length === 0) return [head];
  const groups = Map.groupBy(connections, (connection) => JSON.stringify(rowOf(connection, now)));
  const rows = Array.from(groups.values(), (group) => {
    const [first] = group;
    const nodes = NodeSet.from(group.map(({ node }) => node)).toString();
    return first === undefined ? [nodes] : [nodes, ...rowOf(first, now)];
  });
  const width = context.stdout.isTTY === true ? context.stdout.columns : undefined;
  const table = renderTable(columns, rows, { width, title: context.theme.stdout.dim });
  return [head, ...table.map((line) => `${line}\n`)];
}

function rowOf(connection: HeldConnectionStatus, now: number): readonly string[] {
  return [connection.user, connection.gateways.join(', ') || '-', stateOf(connection, now)];
}

function stateOf({ until, revoked }: HeldConnectionStatus, now: number): string {
  if (until === undefined) return revoked ? 'in use, then closed' : 'in use';
  // To the minute, so that nodes of one run stay one line.
  const left = Math.max(0, until - now);
  return `closed in ${left < 60_000 ? 'less than a minute' : formatDuration(Math.ceil(left / 60_000) * 60_000)}`;
}
