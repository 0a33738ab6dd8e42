// Puts a fan-out together: configuration, keys, transports, sessions. The one place that knows all of them.
import type { Inventory, TransportName } from '@heorot/inventory';
import { copyToNodes } from '../copy/copy-to-nodes.ts';
import { fetchFromNodes } from '../copy/fetch-from-nodes.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { HoldingRequest } from '../holder/client/open-holding-transport.ts';
import type { AskPassphrase } from '../keys/identity-file.ts';
import type { PasswordSource } from '../keys/password.ts';
import type { RunOptions } from '../model/command.ts';
import type { Target } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import type { Transports } from '../transport/transports.ts';
import { checkVariables } from './check-variables.ts';
import type { Fanout } from './fanout.ts';
import { CommandRun } from './run-commands.ts';
import { SessionPool, type SessionSource } from './session-pool.ts';
import { openStream } from './stream.ts';
import { targetOf } from './targets-of.ts';

export interface FanoutOptions {
  /** Knows gateways by their node names and groups. */
  readonly inventory?: (Pick<Inventory, 'node'> & Partial<Pick<Inventory, 'holdMs' | 'resolve'>>) | undefined;
  readonly connection?: ConnectionOptions | undefined;
  readonly credentials?: CredentialOptions | undefined;
  /** Connections stay open between runs (the prompt); else each closes with its node's outcome. */
  readonly keepSessions?: boolean | undefined;
  /** Something a person should hear once although nothing failed: a host key recorded, an option not honoured. */
  readonly note?: ((node: string, text: string) => void) | undefined;
}

export interface ConnectionOptions {
  /** As `ssh -F`. */
  readonly sshConfigFile?: string | undefined;
  /** For every node, whatever its configuration asks for. */
  readonly transport?: TransportName | undefined;
  /** Records keys of hosts not known so far; changed keys are refused all the same. */
  readonly acceptNew?: boolean | undefined;
  readonly forwardAgent?: boolean | undefined;
  /**
   * Leaves the connections with the user's holder, for so many milliseconds after their last use; `false` does without
   * it. Absent: what the inventory's `hold` says, else connections that are held already are used, and none is left.
   */
  readonly hold?: number | false | undefined;
}

export interface CredentialOptions {
  readonly askPassphrase?: AskPassphrase | undefined;
  readonly password?: PasswordSource | undefined;
}

/**
 * Opens a fan-out; nothing is read or connected before the first run.
 *
 * @example
 * await using fanout = openFanout({ inventory });
 * for await (const event of fanout.run(targetsOf(inventory, nodes), { text: 'uptime' }, { schedule: { fanout: 64 } })) show(event);
 */
export function openFanout(options: FanoutOptions = {}): Fanout {
  const source = sshSource(options);
  const fanout = fanoutOver(source, {
    forwardAgent: options.connection?.forwardAgent ?? false,
    keepSessions: options.keepSessions ?? false,
  });
  return {
    ...fanout,
    async [Symbol.asyncDispose]() {
      await fanout[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    },
  };
}

/** A fan-out over any source of sessions; {@link openFanout} is the usual one. */
export function fanoutOver(
  source: SessionSource,
  options: { readonly forwardAgent: boolean; readonly keepSessions: boolean },
): Fanout {
  const pool = new SessionPool(source, options.keepSessions);
  const { forwardAgent } = options;
  const parts = { pool, forwardAgent };
  const runs = new Set<CommandRun>();
  const runEach: Fanout['runEach'] = (targets, commands, runOptions) => {
    checkVariables(commands, targets);
    const run = new CommandRun(parts, withTimeout(targets, runOptions), commands, runOptions);
    runs.add(run);
    void run.ended.then(() => runs.delete(run));
    return run;
  };
  return {
    run: (targets, command, runOptions) => runEach(targets, [command], runOptions),
    runEach,
    copy: (targets, sources, destination, copyOptions) =>
      copyToNodes(pool, withTimeout(targets, copyOptions), { sources, destination }, copyOptions),
    fetch: (targets, sources, destination, copyOptions) =>
      fetchFromNodes(pool, withTimeout(targets, copyOptions), { sources, destination }, copyOptions),
    prepare: (targets) => pool.prepare(targets),
    stream: (target, request, signal) => openStream(pool, target, { ...request, forwardAgent }, signal),
    probe: async (targets, signal) => {
      const { probePorts } = await import('./probe-ports.ts');
      return probePorts(await source.resolve(targets), signal);
    },
    explain: async (targets) => (await source.resolve(targets)).map(explanationOf),
    async [Symbol.asyncDispose]() {
      // A reader that failed (a full disk) leaves commands behind.
      await Promise.all([...runs].map((run) => run.abandon()));
      await pool[Symbol.asyncDispose]();
    },
  };
}

/** What the caller asks for wins over the node's own setting and ssh config. */
function withTimeout(
  targets: readonly Target[],
  { connectTimeoutMs }: Pick<RunOptions, 'connectTimeoutMs'>,
): readonly Target[] {
  if (connectTimeoutMs === undefined) return targets;
  return targets.map((target) => ({ ...target, settings: { ...target.settings, connectTimeoutMs } }));
}

const explanationOf = ({ target, transport, transportReason, warnings }: ResolvedTarget) => ({
  node: target.node,
  transport,
  reason: transportReason,
  warnings,
});

/** What was asked for, and is not done on this way. */
function leftOut({ transport }: ResolvedTarget, { connection = {}, credentials = {} }: FanoutOptions) {
  const said: string[] = [];
  if (credentials.password !== undefined && transport === 'openssh')
    said.push('is reached through OpenSSH, which is given no password: --transport ssh2 sends it');
  if (credentials.password !== undefined && transport === 'relay')
    said.push('is logged in to by its gateway, which is given no password: --transport ssh2 sends it');
  if (typeof connection.hold === 'number' && transport === 'relay')
    said.push('is logged in to by its gateway: there is no connection from here to hold');
  return said;
}

/** A password is for this run alone, and a forwarded agent is for nobody who comes later. */
function mayBeHeld({ connection = {}, credentials = {} }: FanoutOptions): boolean {
  return connection.hold !== false && connection.forwardAgent !== true && credentials.password === undefined;
}

async function openHolding(options: HoldingRequest): Promise<Transport | undefined> {
  const { openHoldingTransport } = await import('../holder/client/open-holding-transport.ts');
  return await openHoldingTransport(options, process.env);
}

function sshSource(options: FanoutOptions): SessionSource & AsyncDisposable {
  const { inventory, connection = {}, credentials = {}, note } = options;
  const said = new Set<string>();
  const lookup = (name: string) => {
    const record = inventory?.node(name);
    return record?.known === true ? targetOf(record) : undefined;
  };
  const expandGroup = inventory?.resolve === undefined ? undefined : inventory.resolve.bind(inventory);
  let gateways: Promise<Gateways> | undefined;
  let transports: Promise<Transports> | undefined;
  let holding: Promise<Transport | undefined> | undefined;
  const load = async () => {
    const [{ createTransports }, { KeyRing }] = await Promise.all([
      import('../transport/transports.ts'),
      import('../keys/key-ring.ts'),
    ]);
    return createTransports({ keys: new KeyRing(credentials), ...(note === undefined ? {} : { note }) });
  };
  const transportWithoutThem = async (name: TransportName) => {
    const own = async () => (await (transports ??= load())).get(name);
    if (name !== 'ssh2' || !mayBeHeld(options)) return await own();
    holding ??= openHolding({
      holdMs: connection.hold === false ? undefined : (connection.hold ?? inventory?.holdMs),
      askPassphrase: credentials.askPassphrase,
      note,
      own,
    });
    return (await holding) ?? (await own());
  };
  return {
    async resolve(targets) {
      const { resolveTargets } = await import('../ssh-config/resolve-targets.ts');
      const { sshConfigFile, transport, acceptNew } = connection;
      const resolved = await resolveTargets(targets, {
        sshConfigFile,
        transport,
        acceptNew,
        lookup,
        expandGroup,
      });
      for (const each of resolved) {
        for (const warning of [...each.warnings, ...leftOut(each, options)]) {
          if (!said.has(warning)) note?.(each.target.node, warning);
          said.add(warning);
        }
      }
      return resolved;
    },
    async transport(name) {
      gateways ??= import('../gateway/gateways.ts').then((module) => new module.Gateways({ note }));
      const transport = await transportWithoutThem(name);
      // A relay takes another gateway by itself, as late as the start of a command.
      return name === 'relay' ? transport : (await gateways).over(transport);
    },
    async [Symbol.asyncDispose]() {
      await (await holding)?.[Symbol.asyncDispose]();
      await (await transports)?.[Symbol.asyncDispose]();
    },
  };
}
