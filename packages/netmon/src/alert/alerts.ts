// All alerts of a run over the live cluster: tells their changes, and remembers whether any was raised.
import type { ClusterState } from '../live/cluster-state.ts';
import type { Alert } from './alert.ts';
import { type AlertChange, AlertWatch } from './alert-watch.ts';

export class Alerts implements Disposable {
  readonly #watches: readonly AlertWatch[];
  readonly #tell: (change: AlertChange) => void;
  readonly #listening: Disposable;
  readonly #timer: NodeJS.Timeout | undefined;
  #raised = 0;

  constructor(alerts: readonly Alert[], cluster: ClusterState, tell: (change: AlertChange) => void) {
    this.#watches = alerts.map((alert) => new AlertWatch(alert));
    this.#tell = tell;
    this.#listening = cluster.listen({
      samples: (samples) => {
        for (const sample of samples) this.#each((watch) => watch.sample(sample));
      },
      event: (event) => this.#each((watch) => watch.event(event)),
    });
    // `down for 10s` is a matter of time alone.
    const timed = alerts.some(({ kind }) => kind === 'down');
    this.#timer = timed ? setInterval(() => this.#each((watch) => watch.clock(Date.now())), 250) : undefined;
  }

  /** How many times one was raised. */
  get raised(): number {
    return this.#raised;
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    clearInterval(this.#timer);
  }

  #each(ask: (watch: AlertWatch) => readonly AlertChange[]): void {
    for (const watch of this.#watches) {
      for (const change of ask(watch)) {
        if (change.change === 'raised') this.#raised += 1;
        this.#tell(change);
      }
    }
  }
}
