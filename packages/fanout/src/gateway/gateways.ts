// Nodes behind several gateways: each takes its own, and another when that one is dead. Only connecting is ever tried a second
// way, so nothing can run twice; what was lost with a gateway after a command may have begun stays lost, and is told.
import type { TransportName } from '@heorot/inventory';
import { ConnectError, type Transport } from '../model/transport.ts';
import type { ResolvedTarget, Way } from '../ssh-config/resolved-target.ts';
import { deadGateway } from './gateway-failure.ts';
import { LoginWindow } from './login-window.ts';

/** A dead gateway is left out for so long, then one more login asks it. */
const LEFT_OUT_MS = 300_000;
/** Logins through one gateway at a time; OpenSSH opens one connection to the gateway for each (MaxStartups 10). */
const WINDOW = { ssh2: 256, openssh: 8, local: 256, relay: 64 } as const satisfies Record<
  TransportName,
  number
>;

export interface GatewaysOptions {
  /** Hears once of each gateway that its nodes go another way. */
  readonly note?: ((gateway: string, text: string) => void) | undefined;
  /** For tests: milliseconds of a steady clock. */
  readonly now?: () => number;
}

interface Death {
  readonly reason: string;
  readonly until: number;
}

/** What a fan-out knows of its gateways. */
export class Gateways {
  readonly #options: GatewaysOptions;
  /** By the part of a way that ends with the dead gateway. */
  readonly #dead = new Map<string, Death>();
  readonly #windows = new Map<string, LoginWindow>();
  readonly #told = new Set<string>();

  constructor(options: GatewaysOptions = {}) {
    this.#options = options;
  }

  /** The transport, with these gateways before it. It belongs to who gave it: disposing this disposes nothing. */
  over(transport: Transport): Transport {
    return {
      name: transport.name,
      connect: (target, signal) =>
        this.along(transport.name, target, signal, (one) => transport.connect(one, signal)),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  /**
   * Connects along the target's ways in turn, until one leads to it.
   * @param connect gets the target with one way; it may have begun nothing on the node when it fails
   */
  async along<Result>(
    name: TransportName,
    target: ResolvedTarget,
    signal: AbortSignal,
    connect: (target: ResolvedTarget) => Promise<Result>,
  ): Promise<Result> {
    const { otherWays = [], ...plain } = target;
    if (plain.gateways.length === 0) return await connect(target);
    const ways = [plain.gateways, ...otherWays];
    const tried = new Set<Way>();
    for (;;) {
      // All dead: the first is asked again, and most often answers from memory.
      const way = ways.find((each) => !tried.has(each) && this.#deathOf(each) === undefined);
      if (way === undefined && tried.size > 0) throw this.#noneLeft(ways);
      const gateways = way ?? plain.gateways;
      tried.add(gateways);
      try {
        const login = () => connect({ ...plain, gateways });
        return await this.#window(name, gateways).within(signal, login);
      } catch (error) {
        if (ways.length === 1 || !this.#buries(gateways, error)) throw error;
        if (way === undefined) throw this.#noneLeft(ways);
        this.#tell(gateways, ways);
      }
    }
  }

  /** Remembers a dead gateway of the way; false when the failure is not one's. */
  #buries(way: Way, error: unknown): boolean {
    if (!(error instanceof ConnectError)) return false;
    const name = deadGateway(error.outcome);
    if (name === undefined) return false;
    const found = way.findIndex(({ target }) => target.node === name);
    const part = found < 0 ? way : way.slice(0, found + 1);
    this.#dead.set(nameOfWay(part), { reason: error.outcome.reason, until: this.#now() + LEFT_OUT_MS });
    return true;
  }

  #deathOf(way: Way): Death | undefined {
    for (let length = 1; length <= way.length; length++) {
      const death = this.#dead.get(nameOfWay(way.slice(0, length)));
      if (death !== undefined && death.until > this.#now()) return death;
    }
    return undefined;
  }

  #tell(way: Way, ways: readonly Way[]): void {
    const others = ways.filter((each) => this.#deathOf(each) === undefined);
    const reason = this.#deathOf(way)?.reason ?? '';
    const name = deadGateway({ kind: 'unreachable', reason }) ?? way.at(-1)?.target.node ?? '';
    if (others.length === 0 || this.#told.has(name)) return;
    this.#told.add(name);
    const through = [...new Set(others.map((each) => each.map(({ target }) => target.node).join(',')))];
    const words = reason.replace(`gateway ${name}: `, '');
    this.#options.note?.(name, `gateway left out: ${words}; its nodes go through ${through.join(' or ')}`);
  }

  /** The same words for all nodes of the same gateways: equal failures are shown in one line. */
  #noneLeft(ways: readonly Way[]): ConnectError {
    const reasons = new Set(ways.flatMap((way) => this.#deathOf(way)?.reason ?? []));
    return new ConnectError({ kind: 'unreachable', reason: [...reasons].toSorted().join('; ') });
  }

  /** All logins to nodes behind the same first gateway share one window. */
  #window(transport: TransportName, way: Way): LoginWindow {
    const key = `${transport} ${nameOfWay(way.slice(0, 1))}`;
    const window = this.#windows.get(key) ?? new LoginWindow(WINDOW[transport]);
    this.#windows.set(key, window);
    return window;
  }

  #now(): number {
    return (this.#options.now ?? performance.now.bind(performance))();
  }
}

/** Tells ways apart: who is logged in to, as whom, one after another. */
export function nameOfWay(way: Way): string {
  return way.map(({ user, host, port }) => `${user}@${host}:${port}`).join(',');
}
