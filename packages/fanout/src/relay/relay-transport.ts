// Nodes that their gateway logs in to, with its own OpenSSH: this side has one channel for each command, on connections to the
// gateway that all share, and no login to a node. A command is begun by our word alone, so that all before is connecting: it
// can be tried through another gateway, and what is given up in it has begun nothing.
import { newToken } from '../engine/compose-command.ts';
import {
  asGatewayFailure,
  gatewayFailure,
  gatewayLost,
  waitingForGateway,
} from '../gateway/gateway-failure.ts';
import { type Gateways, nameOfWay } from '../gateway/gateways.ts';
import { parseKnownHostsLine } from '../known-hosts/known-hosts-line.ts';
import type { ConnectFailure } from '../model/outcome.ts';
import {
  type Channel,
  ConnectError,
  type ExecuteRequest,
  type Session,
  type Transport,
} from '../model/transport.ts';
import type { ResolvedTarget, Way } from '../ssh-config/resolved-target.ts';
import { ConnectBudget, cancelled } from '../transport/connect-budget.ts';
import type { TransportDependencies } from '../transport/dependencies.ts';
import { loginFailure } from '../transport/openssh/ssh-log.ts';
import { type HostKeyCheck, HostKeyChecks } from '../transport/ssh2/host-key-checks.ts';
import { GatewayLinks, type LinkedChannel } from './gateway-links.ts';
import { RelayChannel } from './relay-channel.ts';
import { RelayOutputs } from './relay-outputs.ts';
import { knownHostsOnGateway, relayAlias, relayScript } from './relay-script.ts';

export interface RelayDependencies {
  /** For the connections to gateways. */
  readonly transport: (name: ResolvedTarget['transport']) => Promise<Transport>;
  readonly gateways: Gateways;
  readonly note: TransportDependencies['note'];
}

export class RelayTransport implements Transport {
  readonly name = 'relay';
  readonly #dependencies: RelayDependencies;
  readonly #links = new Map<string, Promise<GatewayLinks>>();
  readonly #hostKeys = new HostKeyChecks();

  constructor(dependencies: RelayDependencies) {
    this.#dependencies = dependencies;
  }

  /** Connects nothing yet: ssh on the gateway is given its command with the node. */
  async connect(target: ResolvedTarget, signal: AbortSignal): Promise<Session> {
    if (signal.aborted) throw cancelled(signal);
    const { gateways } = this.#dependencies;
    return new RelaySession(target, (request, given) =>
      gateways
        .along(this.name, target, given, (one) => this.#start(one, request, given))
        .catch((error: unknown) => {
          if (!(error instanceof ConnectError)) throw error;
          throw new ConnectError(error.outcome, { cause: error, nothingBegan: true });
        }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const links of this.#links.values()) await (await links)[Symbol.asyncDispose]();
  }

  /** With one way to the node; what fails has begun nothing there. */
  async #start(target: ResolvedTarget, request: ExecuteRequest, signal: AbortSignal): Promise<RelayChannel> {
    const gateway = target.gateways.at(-1);
    if (gateway === undefined) throw new RangeError('a relay needs a gateway');
    const { node } = gateway.target;
    const hostKey = await this.#hostKeys.forTarget(target);
    const known = hostKey.knownHosts.linesFor(hostKey.host, relayAlias(target));
    const token = newToken();
    const script = relayScript({ target, knownHosts: known.map(({ line }) => line), request, token });
    // Only what the command itself asks for goes on to the node.
    const forwardAgent = request.forwardAgent === true || gateway.forwardAgent;
    using budget = new ConnectBudget(target.connectTimeoutMs, signal);
    budget.doing = waitingForGateway(node);
    const outputs = new RelayOutputs({ token, terminal: request.terminal !== undefined });
    const { channel, isAlive } = await this.#openChannel(
      target.gateways,
      { command: script, forwardAgent },
      outputs,
      budget,
    ).catch((error: unknown) => {
      throw asGatewayFailure(error, node, budget.signal.reason);
    });
    budget.doing = `gateway ${node} logs in to ${target.host} port ${target.port}`;
    const relayed = new RelayChannel(channel, outputs, (why) => `connection to gateway ${node} lost: ${why}`);
    try {
      const end = await budget.race(Promise.race([outputs.loggedIn, channel.ended]));
      if (end === true) {
        this.#accept(target, hostKey, outputs);
        relayed.begin();
        return relayed;
      }
      if (end.kind === 'lost' || !(await isAlive())) throw gatewayLost(node, 'connection lost');
      throw new ConnectError(loginFailureOf(target, node, outputs.words, known));
    } catch (error) {
      relayed.close();
      if (error !== budget.signal.reason || signal.aborted || (await isAlive())) throw error;
      throw gatewayLost(node, 'it no longer answers');
    }
  }

  /** With `accept-new`, the gateway's ssh shows the key of a host that was not known; it is recorded here. */
  #accept(target: ResolvedTarget, hostKey: HostKeyCheck, { noise }: RelayOutputs): void {
    if (target.strictHostKeyChecking !== 'accept-new' || hostKey.types.length > 0) return;
    const alias = `${relayAlias(target)} `;
    for (const text of noise.filter((line) => line.startsWith(alias))) {
      const parsed = parseKnownHostsLine(text);
      if (parsed.kind === 'entry' && !hostKey.verify(parsed.line.key)) {
        const { reason, hint } = hostKey.refusal() ?? { reason: 'refused', hint: '' };
        throw new ConnectError({ kind: 'host-key', reason, hint });
      }
    }
    for (const text of hostKey.notes()) this.#dependencies.note?.(target.target.node, text);
  }

  async #openChannel(
    way: Way,
    request: ExecuteRequest,
    { filters }: RelayOutputs,
    budget: ConnectBudget,
  ): Promise<LinkedChannel> {
    const opening = this.#linksTo(way, request.forwardAgent === true).then((links) =>
      links.open(request, budget.signal, filters),
    );
    try {
      return await budget.race(opening);
    } catch (error) {
      opening.then(({ channel }) => channel.close()).catch(() => {});
      throw error;
    }
  }

  /** A connection that forwards the agent is for commands that want it: who holds the gateway could ask it at any time. */
  #linksTo(way: Way, forwardAgent: boolean): Promise<GatewayLinks> {
    const key = `${forwardAgent ? 'agent' : 'plain'} ${nameOfWay(way)}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const links = this.#newLinks(way);
    this.#links.set(key, links);
    return links;
  }

  async #newLinks(way: Way): Promise<GatewayLinks> {
    const gateway = way.at(-1);
    if (gateway === undefined) throw new RangeError('a way is never empty');
    const transport = await this.#dependencies.transport(gateway.transport);
    return new GatewayLinks(transport, { ...gateway, gateways: way.slice(0, -1) });
  }
}

interface KnownLine {
  readonly line: string;
  /** `file:line` on this side. */
  readonly where: string;
}

type Start = (request: ExecuteRequest, signal: AbortSignal) => Promise<RelayChannel>;

/** A node: each command is a login of its own, by the gateway. */
class RelaySession implements Session {
  readonly connectsLate = true;
  readonly target: ResolvedTarget;
  readonly ended: Promise<string | undefined>;
  readonly #start: Start;
  readonly #open = new Set<RelayChannel>();
  #disposed = false;
  readonly #end: (reason: undefined) => void;

  constructor(target: ResolvedTarget, start: Start) {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.target = target;
    this.ended = promise;
    this.#end = resolve;
    this.#start = start;
  }

  async execute(request: ExecuteRequest, signal: AbortSignal): Promise<Channel> {
    if (signal.aborted) throw cancelled(signal);
    const channel = await this.#start(request, signal);
    if (this.#disposed) channel.cut();
    this.#open.add(channel);
    void channel.ended.then(() => this.#open.delete(channel));
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const channel of this.#open) channel.cut();
    this.#end(undefined);
  }
}

/** Why the gateway's ssh did not get to the command. */
function loginFailureOf(
  target: ResolvedTarget,
  gateway: string,
  words: readonly string[],
  known: readonly KnownLine[],
): ConnectFailure {
  const { node } = target.target;
  if (!words.some((line) => /^(?:OpenSSH_|debug1: )/.test(line))) {
    return gatewayFailure(gateway, {
      kind: 'unreachable',
      reason: `cannot relay: ${words.at(-1) || 'ssh said nothing'}`,
    });
  }
  const where = new RegExp(`${knownHostsOnGateway.source}:(\\d+)`);
  const lines = words.map((line) =>
    line.replace(where, (whole, number: string) => known[Number(number) - 1]?.where ?? whole),
  );
  const failure = loginFailure(lines, { node, gateways: [], timeoutMs: target.connectTimeoutMs });
  if (failure.kind === 'auth') {
    return { ...failure, reason: `${failure.reason}; gateway ${gateway} logged in, with its keys` };
  }
  return failure.kind === 'unreachable'
    ? { ...failure, reason: `${failure.reason} through gateway ${gateway}` }
    : failure;
}
