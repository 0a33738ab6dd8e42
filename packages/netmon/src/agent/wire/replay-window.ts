// Which sequence numbers of one start of an agent were seen: the window of RFC 4303, 3.4.3. One that is older than the
// newest is never used, but it matters what it was: out of order on the network, or sent again by someone.

export type Freshness = 'new' | 'late' | 'repeated';

const width = 32;

export class ReplayWindow {
  #newest = 0;
  /** Bit n: `newest - n` was seen. */
  #seen = 0;

  take(sequence: number): Freshness {
    const behind = this.#newest - sequence;
    if (behind < 0) {
      this.#seen = -behind >= width ? 1 : ((this.#seen << -behind) | 1) >>> 0;
      this.#newest = sequence;
      return 'new';
    }
    const bit = behind >= width ? 0 : (1 << behind) >>> 0;
    // What is beyond the window cannot be told apart from a replay.
    if (bit === 0 || (this.#seen & bit) !== 0) return 'repeated';
    this.#seen = (this.#seen | bit) >>> 0;
    return 'late';
  }
}
