// Opens authenticated clients, directly or through gateways; each gateway has one connection that all share.
import { asGatewayFailure, gatewayLost, waitingForGateway } from '../../gateway/gateway-failure.ts';
import type { Credentials } from '../../keys/key-ring.ts';
import { ConnectError } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { ConnectBudget } from '../connect-budget.ts';
import type { TransportDependencies } from '../dependencies.ts';
import { dial, type NodeStream } from './dial.ts';
import { HostKeyChecks } from './host-key-checks.ts';
import type { Connection, ShownHostKey } from './login.ts';
import { tunnel } from './tunnel.ts';

/** A gateway that failed is not asked again for this long: a thousand nodes behind it fail with one login. */
const FAILURE_KEPT_MS = 10_000;
const GOODBYE_MS = 500;
/** A node that timed out is no news of its gateway; one that says nothing at all for so long is dead. */
const GATEWAY_ANSWER_MS = 2000;

/** A byte stream to a node's SSH port. */
interface Way {
  readonly socket: NodeStream;
  readonly gatewayKeys: readonly ShownHostKey[];
  /** A failure on the way, as the gateway's if the gateway was lost meanwhile. */
  readonly explain: (error: unknown) => Promise<unknown>;
}

export class Connector implements AsyncDisposable {
  readonly #dependencies: TransportDependencies;
  readonly #hostKeys = new HostKeyChecks();
  readonly #gateways = new Map<string, Promise<Connection>>();
  /** Credentials whose warnings were said. */
  readonly #told = new WeakSet<Credentials>();
  readonly #disposed = new AbortController();

  constructor(dependencies: TransportDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * An authenticated connection to the target.
   * @throws ConnectError; a gateway's failure names the gateway
   */
  open(target: ResolvedTarget, budget: ConnectBudget): Promise<Connection> {
    return this.#open(target.gateways, target, budget);
  }

  /** A byte stream to the target's SSH port, through its gateways. */
  async socket(target: ResolvedTarget, budget: ConnectBudget): Promise<NodeStream> {
    return (await this.#reach(target.gateways, target, budget)).socket;
  }

  /** May ask a person for a passphrase: await it before a budget starts. */
  async credentials(target: ResolvedTarget): Promise<Credentials> {
    const credentials = await this.#dependencies.keys.credentials(target);
    if (!this.#told.has(credentials)) {
      this.#told.add(credentials);
      for (const text of credentials.warnings) this.#dependencies.note?.(target.target.node, text);
    }
    return credentials;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort(new Error('closed'));
    const opened = await Promise.allSettled(this.#gateways.values());
    this.#gateways.clear();
    const open = opened.flatMap((gateway) => (gateway.status === 'fulfilled' ? [gateway.value] : []));
    await Promise.all(open.map(closeConnection));
  }

  async #reach(
    gateways: readonly ResolvedTarget[],
    target: ResolvedTarget,
    budget: ConnectBudget,
  ): Promise<Way> {
    const last = gateways.at(-1);
    if (last === undefined) {
      const socket = await dial(target.host, target.port, budget);
      return { socket, gatewayKeys: [], explain: async (error) => error };
    }
    const { node } = last.target;
    budget.doing = waitingForGateway(node);
    const gateway = await budget.race(this.#gateway(gateways)).catch((error: unknown) => {
      throw asGatewayFailure(error, node, budget.signal.reason);
    });
    const explain = (error: unknown) => this.#explained(error, gateway, node);
    try {
      const socket = await tunnel(gateway.client, node, target.host, target.port, budget);
      return { socket, gatewayKeys: gateway.hostKeys, explain };
    } catch (error) {
      throw await explain(error);
    }
  }

  async #open(
    gateways: readonly ResolvedTarget[],
    target: ResolvedTarget,
    budget: ConnectBudget,
  ): Promise<Connection> {
    const credentials = await this.credentials(target);
    const hostKey = await budget.race(this.#hostKeys.forTarget(target));
    const { socket, gatewayKeys, explain } = await this.#reach(gateways, target, budget);
    // From here on nobody else would hear the stream's errors; the login finds it destroyed.
    socket.on('error', () => {});
    // Not earlier: ssh2's client takes as long to load as the node's sshd to begin.
    const { logIn } = await import('./login.ts');
    const login = { target, socket, gatewayKeys, hostKey, credentials };
    const connection = await logIn(login, budget).catch(async (error: unknown) => {
      throw await explain(error);
    });
    for (const text of hostKey.notes()) this.#dependencies.note?.(target.target.node, text);
    return connection;
  }

  /** The shared connection to the last of `chain`, which is reached through those before it. */
  #gateway(chain: readonly ResolvedTarget[]): Promise<Connection> {
    const name = JSON.stringify(chain.map(identityOf));
    const known = this.#gateways.get(name);
    if (known !== undefined) return known;
    const opening = this.#openGateway(chain);
    this.#gateways.set(name, opening);
    const forget = () => {
      if (this.#gateways.get(name) === opening) this.#gateways.delete(name);
    };
    opening.then(
      ({ client }) => client.once('close', forget),
      () => setTimeout(forget, FAILURE_KEPT_MS).unref(),
    );
    return opening;
  }

  /** In its own time: the node that asked first may give up, the others still need the gateway. */
  async #openGateway(chain: readonly ResolvedTarget[]): Promise<Connection> {
    const target = chain[chain.length - 1];
    if (target === undefined) throw new RangeError('a gateway chain is never empty');
    await this.credentials(target);
    using budget = new ConnectBudget(target.connectTimeoutMs, this.#disposed.signal);
    const connection = await this.#open(chain.slice(0, -1), target, budget);
    // Its end is told by what goes through it.
    connection.client.on('error', () => {});
    return connection;
  }

  /** The node's outcome when something failed behind an open gateway: that may have died, or fallen silent, just now. */
  async #explained(error: unknown, gateway: Connection, node: string): Promise<unknown> {
    if (!(error instanceof ConnectError)) return error;
    const { kind } = error.outcome;
    if (kind !== 'unreachable' && kind !== 'connect-timeout') return error;
    if (gateway.socket.destroyed) return gatewayLost(node, 'connection lost', { cause: error });
    if (kind === 'unreachable' || (await gateway.answers(GATEWAY_ANSWER_MS))) return error;
    // Who else waits behind it need not wait as long.
    gateway.socket.destroy();
    return gatewayLost(node, 'it no longer answers', { cause: error });
  }
}

/** Says goodbye and closes; a peer that does not take it in is cut off. Resolves when it is closed. */
export async function closeConnection({ client, socket }: Connection): Promise<void> {
  if (socket.destroyed) return;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const cut = () => socket.destroy();
  const patience = setTimeout(cut, GOODBYE_MS);
  socket.once('close', resolve);
  // ssh2 would wait for the peer's own end, which a frozen node never sends.
  if (socket.writableFinished) cut();
  else socket.once('finish', cut);
  client.end();
  await closed;
  clearTimeout(patience);
}

/** Whatever decides who answers, and how that is checked. */
function identityOf({ user, host, port, hostKeyAlias, knownHostsFiles, identityFiles }: ResolvedTarget) {
  return [user, host, port, hostKeyAlias, knownHostsFiles, identityFiles];
}
