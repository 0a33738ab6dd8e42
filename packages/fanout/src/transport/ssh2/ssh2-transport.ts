// The built-in transport: one process holds thousands of SSH connections.
import type { Transport } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { ConnectBudget } from '../connect-budget.ts';
import type { TransportDependencies } from '../dependencies.ts';
import { Connector } from './connector.ts';
import { Ssh2Session } from './ssh2-session.ts';

export class Ssh2Transport implements Transport {
  readonly name = 'ssh2';
  readonly #connector: Connector;

  constructor(dependencies: TransportDependencies) {
    this.#connector = new Connector(dependencies);
  }

  async connect(target: ResolvedTarget, signal: AbortSignal): Promise<Ssh2Session> {
    await this.#connector.credentials(target);
    using budget = new ConnectBudget(target.connectTimeoutMs, signal);
    return new Ssh2Session(target, await this.#connector.open(target, budget));
  }

  /** Closes the gateways; sessions that go through them end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connector[Symbol.asyncDispose]();
  }
}
