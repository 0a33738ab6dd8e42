// What `nodes trust` does, from the selection to the exit code.
import {
  type CommandContext,
  confirm,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  renderTable,
  selectNodes,
  strangers,
  writeAll,
  writeJson,
} from '@heorot/cli';
import {
  createTransports,
  describeOutcome,
  KeyRing,
  readKnownHosts,
  resolveTargets,
  targetOf,
  targetsOf,
} from '@heorot/fanout';
import { HeorotError, type Inventory, NodeSet } from '@heorot/inventory';
import type { trustFlags } from '../commands/trust.ts';
import { type JudgedKey, judgeKeys, sharedKeys } from './judge-keys.ts';
import { planRecordings, record } from './record-keys.ts';
import { type ScanResult, scanNodes } from './scan-nodes.ts';

type Flags = FlagValues<typeof trustFlags>;

export async function trustNodes(flags: Flags, context: CommandContext): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  const scans = await scan(flags, inventory, context);
  const judged = await judge(scans);
  const keys = judged.flatMap((node) => node.keys);
  const failures = scans.filter((result) => result.kind === 'failure');

  if (flags.json) await writeJson(context.stdout, documentOf(keys, failures));
  else await showKeys(keys, context);
  for (const { target, outcome } of failures)
    context.stderr.write(`${target.target.node}: ${describeOutcome(outcome)}\n`);
  const doubt = await strangers(NodeSet.from(failures.map(({ target }) => target.target.node)), inventory);
  if (doubt !== undefined) context.stderr.write(`${doubt}\n`);
  warn(keys, flags.replace, context);

  const plan = planRecordings(judged, flags.replace);
  await agreeAndRecord(plan, flags, context);
  const alarming = keys.some(
    ({ verdict: { kind } }) => kind === 'revoked' || (kind === 'changed' && !flags.replace),
  );
  if (alarming) return ExitCode.nodeFailed;
  return failures.length > 0 ? ExitCode.unreachable : ExitCode.ok;
}

async function scan(
  flags: Flags,
  inventory: Inventory,
  context: CommandContext,
): Promise<readonly ScanResult[]> {
  const nodes = await selectNodes(inventory, flags);
  const connectTimeoutMs = flags['connect-timeout'];
  const targets = targetsOf(inventory, nodes, connectTimeoutMs === undefined ? {} : { connectTimeoutMs });
  const lookup = (name: string) => {
    const record = inventory.node(name);
    return record.known ? targetOf(record) : undefined;
  };
  const resolved = await resolveTargets(targets, { sshConfigFile: flags['ssh-config'], lookup });
  await using transports = createTransports({ keys: new KeyRing() });
  return await scanNodes(resolved, transports, { fanout: flags.fanout, signal: context.signal });
}

async function judge(scans: readonly ScanResult[]) {
  const known = new Map<string, ReturnType<typeof readKnownHosts>>();
  const judged = [];
  for (const result of scans) {
    if (result.kind === 'failure') continue;
    const { target, keys } = result;
    const name = target.knownHostsFiles.join('\0');
    const files = known.get(name) ?? readKnownHosts(target.knownHostsFiles);
    known.set(name, files);
    const host = { host: target.host, port: target.port, alias: target.hostKeyAlias };
    judged.push({ target, keys: judgeKeys(target.target.node, host, keys, await files) });
  }
  return judged;
}

async function showKeys(keys: readonly JudgedKey[], context: CommandContext): Promise<void> {
  if (keys.length === 0) return;
  const { good, bad, warning } = context.theme.stdout;
  const style = { known: good, new: warning, changed: bad, revoked: bad };
  const rows = keys.map(({ node, type, fingerprint, verdict }) => [
    node,
    type,
    fingerprint,
    style[verdict.kind](verdict.kind),
  ]);
  const columns = ['node', 'type', 'fingerprint', 'state'].map((title) => ({ title }));
  await writeAll(context.stdout, `${renderTable(columns, rows).join('\n')}\n`);
}

function warn(keys: readonly JudgedKey[], replace: boolean, { stderr, theme }: CommandContext): void {
  for (const [print, holders] of sharedKeys(keys)) {
    stderr.write(
      `${theme.stderr.warning('the same key')} on ${NodeSet.from(holders).toString()}: ${print}; give each node keys of its own\n`,
    );
  }
  for (const { node, type, verdict } of keys) {
    if (verdict.kind === 'revoked')
      stderr.write(
        `${node}: ${theme.stderr.bad(`its ${type} key is revoked`)} (${verdict.where}); do not log in there\n`,
      );
    if (verdict.kind !== 'changed' || replace) continue;
    stderr.write(
      `${node}: ${theme.stderr.bad(`its ${type} key has changed`)} since it was recorded (${verdict.where})\n`,
    );
    stderr.write(
      `  installed anew? then: nodes trust -w ${node} --replace; otherwise something else answers in its place\n`,
    );
  }
}

async function agreeAndRecord(
  plan: ReturnType<typeof planRecordings>,
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  const { additions, replacements } = plan;
  const added = NodeSet.from(additions.flatMap(({ keys }) => keys.map(({ node }) => node)));
  const replaced = NodeSet.from(replacements.flatMap(({ keys }) => keys.map(({ node }) => node)));
  if ((added.isEmpty && replaced.isEmpty) || flags['dry-run']) return;
  const files = [...new Set([...additions, ...replacements].map(({ file }) => file))].join(', ');
  if (context.signal.aborted) throw new HeorotError('interrupted', 'interrupted: no key was recorded');
  if (!added.isEmpty) {
    const consequence = `this records the new keys of ${added.toString()} in ${files}`;
    await confirm(context, { consequence, expected: 'yes', yes: flags.yes, signal: context.signal });
  }
  if (!replaced.isEmpty) {
    const consequence = `this forgets the recorded keys of ${replaced.toString()} and trusts the ones shown`;
    await confirm(context, {
      consequence,
      expected: replaced.toString(),
      yes: flags.yes,
      signal: context.signal,
    });
  }
  await record(plan);
  context.stderr.write(`recorded: ${added.union(replaced).toString()} in ${files}\n`);
}

function documentOf(
  keys: readonly JudgedKey[],
  failures: readonly Extract<ScanResult, { kind: 'failure' }>[],
) {
  return {
    keys: keys.map(({ node, type, fingerprint, verdict }) => ({
      node,
      type,
      fingerprint,
      state: verdict.kind,
    })),
    failures: failures.map(({ target, outcome }) => ({ node: target.target.node, outcome })),
  };
}
