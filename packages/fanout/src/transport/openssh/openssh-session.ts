// A node through the system's ssh: one master process, and a second with a forwarded agent if a command asks for it.
import type { Channel, ExecuteRequest, OutputFilters, Session } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { ConnectBudget } from '../connect-budget.ts';
import { Master } from './master.ts';

export class OpensshSession implements Session {
  readonly target: ResolvedTarget;
  readonly ended: Promise<string | undefined>;
  readonly #plain: Master;
  readonly #newSocket: () => string;
  #forwarding: Master | undefined;
  #closing = false;

  constructor(target: ResolvedTarget, newSocket: () => string) {
    this.target = target;
    this.#newSocket = newSocket;
    this.#plain = new Master(target, { socket: newSocket(), forwardAgent: false });
    this.ended = this.#plain.ended.then((reason) => (this.#closing ? undefined : reason));
  }

  /** @throws ConnectError */
  logIn(budget: ConnectBudget): Promise<void> {
    return this.#plain.ready(budget);
  }

  async execute(request: ExecuteRequest, signal: AbortSignal, filters?: OutputFilters): Promise<Channel> {
    const master = request.forwardAgent === true ? await this.#withAgent(signal) : this.#plain;
    return master.execute(request, signal, filters);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    const masters = [this.#plain, ...(this.#forwarding === undefined ? [] : [this.#forwarding])];
    for (const master of masters) master.end();
    await Promise.all(masters.map((master) => master.ended));
  }

  /** A connection of its own: on one that may forward, a hostile node could ask for the agent at any time. */
  async #withAgent(signal: AbortSignal): Promise<Master> {
    this.#forwarding ??= new Master(this.target, { socket: this.#newSocket(), forwardAgent: true });
    using budget = new ConnectBudget(this.target.connectTimeoutMs, signal);
    await this.#forwarding.ready(budget);
    return this.#forwarding;
  }
}
