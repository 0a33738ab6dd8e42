// How far a copy is, for the status block: bytes in all and per second, nodes done, the node that is furthest behind.
import { formatBytes, formatRate, type StatusSource, type Theme } from '@heorot/cli';
import type { CopyEvent } from '@heorot/fanout';

export class CopyProgress implements StatusSource {
  readonly #total: number;
  readonly #theme: Theme;
  readonly #now: () => number;
  readonly #startedAt: number;
  /** Bytes of whole files, and of the file under way, by node. */
  readonly #done = new Map<string, number>();
  readonly #current = new Map<string, { readonly bytes: number; readonly totalBytes: number }>();
  #ended = 0;
  #failed = 0;

  constructor(total: number, theme: Theme, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#theme = theme;
    this.#now = now;
    this.#startedAt = now();
  }

  event(event: CopyEvent): void {
    switch (event.kind) {
      case 'progress':
        this.#current.set(event.node, { bytes: event.bytes, totalBytes: event.totalBytes });
        break;
      case 'file':
        this.#current.delete(event.node);
        this.#done.set(event.node, (this.#done.get(event.node) ?? 0) + event.bytes);
        break;
      case 'end':
        this.#current.delete(event.node);
        this.#ended += 1;
        if (event.result.outcome.kind !== 'ok') this.#failed += 1;
        break;
      case 'note':
    }
  }

  render(): readonly string[] {
    const bytes = this.#bytes();
    const seconds = Math.max(1, (this.#now() - this.#startedAt) / 1000);
    const parts = [
      this.#theme.strong(`${this.#ended} of ${this.#total} nodes done`),
      ...(this.#failed === 0 ? [] : [this.#theme.bad(`${this.#failed} failed`)]),
      formatBytes(bytes),
      formatRate(bytes / seconds),
    ];
    const behind = this.#furthestBehind();
    return behind === undefined ? [parts.join(' · ')] : [parts.join(' · '), this.#theme.dim(behind)];
  }

  #bytes(): number {
    let sum = 0;
    for (const bytes of this.#done.values()) sum += bytes;
    for (const { bytes } of this.#current.values()) sum += bytes;
    return sum;
  }

  #furthestBehind(): string | undefined {
    const [slowest] = [...this.#current].toSorted(
      ([, a], [, b]) => a.bytes / a.totalBytes - b.bytes / b.totalBytes,
    );
    if (slowest === undefined) return undefined;
    const [node, { bytes, totalBytes }] = slowest;
    return `slowest: ${node} ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  }
}
