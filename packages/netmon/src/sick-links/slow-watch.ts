// Keeps the slow counters of one node over the window: what was told first and last.
import type { HardwareCounters } from '../model/hardware-counter.ts';
import type { ConntrackReading, Reading, SoftnetReading } from '../model/reading.ts';
import type { SlowView } from './slow-findings.ts';

interface Told<What> {
  readonly what: What;
  readonly seconds: number;
}

/** Cards tell twice a minute: five minutes. */
const cardsKept = 10;
/** Softnet comes at every fifth tick. */
const softnetKept = 20;

export class SlowWatch {
  #bootId = '';
  #conntrack: ConntrackReading | null = null;
  readonly #softnet: SoftnetReading[] = [];
  readonly #cards = new Map<string, Told<HardwareCounters>[]>();

  read({ bootId, monotonicNs, interfaces, host: { softnet, conntrack } }: Reading): void {
    if (bootId !== this.#bootId) {
      this.#cards.clear();
      this.#softnet.length = 0;
      this.#bootId = bootId;
    }
    this.#conntrack = conntrack ?? this.#conntrack;
    if (softnet) keep(this.#softnet, softnet, softnetKept);
    for (const { facts, hardware } of interfaces) {
      if (!hardware) continue;
      const told = this.#cards.get(facts.name) ?? [];
      this.#cards.set(facts.name, told);
      keep(told, { what: hardware, seconds: monotonicNs / 1e9 }, cardsKept);
    }
  }

  get view(): SlowView {
    const [first, last] = [this.#softnet[0], this.#softnet.at(-1)];
    return {
      cards: [...this.#cards].flatMap(([name, told]) => {
        const [from, to] = [told[0], told.at(-1)];
        if (from === undefined || to === undefined || to.seconds <= from.seconds) return [];
        return [{ name, first: from.what, last: to.what, seconds: to.seconds - from.seconds }];
      }),
      softnet: first === undefined || last === undefined ? null : { first, last },
      conntrack: this.#conntrack,
    };
  }
}

function keep<What>(those: What[], what: What, most: number): void {
  those.push(what);
  if (those.length > most) those.shift();
}
