// The time that a replay shows: the recorded time, going on with the head's clock at some speed, or standing.

export class ReplayClock {
  readonly #now: () => number;
  #speed: number;
  /** Recorded time, and the head's clock at which it was so. */
  #atMs: number;
  #sinceMs: number;
  #paused = false;

  /**
   * @param speed recorded seconds a second; Infinity = it stands where it is put
   * @param now the head's monotonic clock, in ms
   */
  constructor(fromMs: number, speed: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#speed = speed;
    this.#atMs = fromMs;
    this.#sinceMs = now();
  }

  get nowMs(): number {
    if (this.#paused || !Number.isFinite(this.#speed)) return this.#atMs;
    return this.#atMs + (this.#now() - this.#sinceMs) * this.#speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** How long until it shows that time, on the head's clock; Infinity while it stands. */
  untilMs(timeMs: number): number {
    if (!Number.isFinite(this.#speed)) return 0;
    const leftMs = timeMs - this.nowMs;
    return this.#paused && leftMs > 0 ? Infinity : leftMs / this.#speed;
  }

  jump(toMs: number): void {
    this.#atMs = toMs;
    this.#sinceMs = this.#now();
  }

  get speed(): number {
    return this.#speed;
  }

  /** It goes on from where it is. */
  setSpeed(speed: number): void {
    this.jump(this.nowMs);
    this.#speed = speed;
  }

  pause(paused: boolean): void {
    this.jump(this.nowMs);
    this.#paused = paused;
  }
}
