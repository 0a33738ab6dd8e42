// One page of node_exporter, to look figures up by name and label.
import type { Counter } from '../../model/counter.ts';
import { type ExposedSample, parseExposition } from './parse-exposition.ts';

export class ExposedPage {
  readonly #families: ReadonlyMap<string, readonly ExposedSample[]>;

  /** @throws HeorotError `exposition-syntax` */
  constructor(text: string) {
    const samples = parseExposition(text, (name) => name.startsWith('node_'));
    this.#families = Map.groupBy(samples, ({ name }) => name);
  }

  family(name: string): readonly ExposedSample[] {
    return this.#families.get(name) ?? [];
  }

  /** Of a metric without labels; null where it is not on the page or not a number. */
  value(name: string): number | null {
    return finite(this.family(name)[0]?.value);
  }

  counter(name: string): Counter {
    return counterOf(this.value(name));
  }

  /** By the value of one label. */
  by(name: string, label: string): ReadonlyMap<string, number> {
    return new Map(
      this.family(name).flatMap(({ labels, value }) => {
        const key = labels.get(label);
        return key === undefined || !Number.isFinite(value) ? [] : [[key, value] as const];
      }),
    );
  }
}

/** Prometheus keeps doubles: exact to 2^53, as the page itself. */
export function counterOf(value: number | null | undefined): Counter {
  const known = finite(value);
  return known === null || known < 0 ? null : BigInt(Math.round(known));
}

function finite(value: number | null | undefined): number | null {
  return value === undefined || value === null || !Number.isFinite(value) ? null : value;
}
