// What the next number of a column is expected to be. Only what differs from it is kept; who writes and who reads make the
// same expectation of what came before, in doubles, whose arithmetic is the same everywhere (IEEE 754).

/** Each is a number in the file, from 0 on: only ever append. */
export const predictions = {
  /** As the last one. */
  same: 0,
  /** It grows as fast as it did lately. */
  growing: 1,
  /** It grows as fast as it did the last time. */
  lasting: 2,
  /** A clock that is read at even times, each a little early or late. */
  clock: 3,
  /** It grows as another column does, times how much it did so lately: bytes with packets, what is sent with what comes. */
  following: 4,
} as const;

export type Prediction = (typeof predictions)[keyof typeof predictions];

/** Sums and differences of numbers below it are exact in doubles. */
export const narrowest = 2 ** 50;

/** Of the last thirty or so. */
const memory = 1 / 32;
/** How far a clock's even times are moved towards what was read, and how far their distance. */
const phaseGain = 0.15;
const stepGain = 0.005;

/** Bounded, so that what differs from it is exact. */
export function boundedExpectation(predictor: Predictor, other: number): number {
  const expected = predictor.expect(other);
  return expected > narrowest ? narrowest : expected < -narrowest ? -narrowest : expected;
}

export class Predictor {
  readonly #kind: Prediction;
  #last = 0;
  #count = 0;
  /** Growth a number: lately, or the last time. */
  #growth = 0;
  /** Of a clock: when it should be read next. */
  #due = 0;
  /** Sums that forget: growth of the other column, and of this one. */
  #others = 0;
  #own = 0;

  constructor(kind: Prediction) {
    this.#kind = kind;
  }

  /** @param other how much the column grew that this one follows */
  expect(other: number): number {
    switch (this.#kind) {
      case predictions.same:
        break;
      case predictions.growing:
      case predictions.lasting:
        return this.#last + Math.round(this.#growth);
      case predictions.clock:
        return Math.round(this.#due);
      case predictions.following:
        return this.#others === 0 ? this.#last : this.#last + Math.round((other * this.#own) / this.#others);
    }
    return this.#last;
  }

  /** @returns by how much it grew */
  learn(value: number, other: number): number {
    const grown = this.#count === 0 ? 0 : value - this.#last;
    if (this.#kind === predictions.clock) this.#tick(value, grown);
    else if (this.#kind === predictions.following) this.#follow(grown, other);
    else if (this.#kind === predictions.lasting || this.#count <= 1) this.#growth = grown;
    else this.#growth += (grown - this.#growth) * memory;
    this.#last = value;
    this.#count++;
    return grown;
  }

  #tick(value: number, grown: number): void {
    const away = value - this.#due;
    // A tick was missed, or the clock was stepped: the even times begin anew.
    const lost = Math.abs(away) > Math.abs(this.#growth) * 0.4;
    if (this.#count <= 1 || lost) {
      if (this.#count <= 1) this.#growth = grown;
      this.#due = value + this.#growth;
      return;
    }
    this.#growth += away * stepGain;
    this.#due += this.#growth + away * phaseGain;
  }

  #follow(grown: number, other: number): void {
    this.#others += Math.abs(other) - this.#others * memory;
    this.#own += (other < 0 ? -grown : grown) - this.#own * memory;
  }
}
