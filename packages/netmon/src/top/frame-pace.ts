// When frames are drawn: five a second at most for what nodes tell, at once for a key, and none while nothing has changed
// or the terminal has not taken the last one.

const frameMs = 200;
/** A key that is held down repeats thirty times a second. */
const keyFrameMs = 33;
/** How soon a terminal that was busy is asked again. */
const busyMs = 50;

export class FramePace implements Disposable {
  readonly #draw: () => boolean;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #due: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param draw false = the terminal is busy, and the frame is left out */
  constructor(draw: () => boolean, now: () => number = () => performance.now()) {
    this.#draw = draw;
    this.#now = now;
  }

  /** Something has changed that nobody waits for. */
  changed(): void {
    this.#schedule(Math.max(this.#now(), this.#last + frameMs));
  }

  /** A person waits for it. */
  asked(): void {
    this.#schedule(Math.max(this.#now(), this.#last + keyFrameMs));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#due = Number.NEGATIVE_INFINITY;
  }

  #schedule(due: number): void {
    if (this.#due !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, due - this.#now()));
  }

  #fire(): void {
    this.#due = undefined;
    if (this.#draw()) this.#last = this.#now();
    else this.#schedule(this.#now() + busyMs);
  }
}
