// Watches samples and events for one alert: says when it begins to hold and when it ends, for each link or node by itself.
// A figure that is not known neither starts nor ends an alert.
import type { NetEvent, Sample } from '../model/sample.ts';
import { type Alert, type Comparison, metrics } from './alert.ts';

export interface AlertChange {
  readonly change: 'raised' | 'cleared';
  readonly alert: string;
  readonly node: string;
  /** Null for a figure of the whole node. */
  readonly interface: string | null;
  /** The figure that decided it, in base units; null for `down`. */
  readonly value: number | null;
  /** ISO 8601: since when it has held. */
  readonly since: string;
  readonly time: string;
}

interface Place {
  readonly node: string;
  readonly interface: string | null;
}

interface Held extends Place {
  readonly sinceMs: number;
  readonly raised: boolean;
}

interface Times {
  readonly fromMs: number;
  readonly atMs: number;
  readonly slackMs: number;
}

export class AlertWatch {
  readonly #alert: Alert;
  readonly #held = new Map<string, Held>();

  constructor(alert: Alert) {
    this.#alert = alert;
  }

  sample(sample: Sample): readonly AlertChange[] {
    const alert = this.#alert;
    if (alert.kind !== 'threshold' || sample.type !== 'sample') return [];
    const value = metrics[alert.metric].of(sample);
    if (value === null) return [];
    const atMs = Date.parse(sample.time);
    const intervalMs = (sample.seconds ?? 0) * 1000;
    const holds = compare[alert.comparison](value, alert.limit);
    // A rate tells of the interval that ends with it; five of them are 5 s, though they arrive with some jitter.
    return this.#step(sample, holds, { fromMs: atMs - intervalMs, atMs, slackMs: intervalMs / 2 }, value);
  }

  event(event: NetEvent): readonly AlertChange[] {
    if (this.#alert.kind !== 'down' || (event.event !== 'down' && event.event !== 'up')) return [];
    const atMs = Date.parse(event.time);
    return this.#step(
      { node: event.node, interface: null },
      event.event === 'down',
      { fromMs: atMs, atMs, slackMs: 0 },
      null,
    );
  }

  /** For `down for …`: time passes without a sample. */
  clock(nowMs: number): readonly AlertChange[] {
    if (this.#alert.kind !== 'down') return [];
    return [...this.#held.values()].flatMap((held) =>
      this.#step(held, true, { fromMs: held.sinceMs, atMs: nowMs, slackMs: 0 }, null),
    );
  }

  #step(
    place: Place,
    holds: boolean,
    { fromMs, atMs, slackMs }: Times,
    value: number | null,
  ): readonly AlertChange[] {
    const { node, interface: on } = place;
    const key = `${node} ${on ?? ''}`;
    const held = this.#held.get(key);
    const change = (what: AlertChange['change'], sinceMs: number): AlertChange => ({
      change: what,
      alert: this.#alert.text,
      node,
      interface: on,
      value,
      since: new Date(sinceMs).toISOString(),
      time: new Date(atMs).toISOString(),
    });
    if (!holds) {
      this.#held.delete(key);
      return held?.raised === true ? [change('cleared', held.sinceMs)] : [];
    }
    const sinceMs = held?.sinceMs ?? fromMs;
    const raised = atMs - sinceMs + slackMs >= this.#alert.forMs;
    this.#held.set(key, { node, interface: on, sinceMs, raised: raised || held?.raised === true });
    return raised && held?.raised !== true ? [change('raised', sinceMs)] : [];
  }
}

const compare: Readonly<Record<Comparison, (value: number, limit: number) => boolean>> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
};
