// Keeps the beginning of what each node wrote, for the history: bounded by node and by run, equal outputs once.
import { createHash } from 'node:crypto';
import type { Renderer } from '../render/renderer.ts';

export interface RecorderLimits {
  readonly nodeBytes: number;
  readonly runBytes: number;
}

const recorderLimits: RecorderLimits = { nodeBytes: 1024 * 1024, runBytes: 64 * 1024 * 1024 };

/** An output as it goes to the history. */
export interface RecordedOutput {
  readonly digest: Buffer;
  readonly bytes: Uint8Array;
  /** What the node wrote in all; larger than `bytes` when it was cut. */
  readonly size: number;
}

/** Listens to a run like a renderer, shows nothing. */
export class OutputRecorder implements Renderer {
  readonly #limits: RecorderLimits;
  readonly #open = new Map<string, { pieces: Uint8Array[]; kept: number; size: number }>();
  readonly #done = new Map<string, RecordedOutput>();
  readonly #distinct = new Map<string, RecordedOutput>();
  #runBytes = 0;

  constructor(limits: RecorderLimits = recorderLimits) {
    this.#limits = limits;
  }

  event(event: Parameters<Renderer['event']>[0]): void {
    if (event.kind === 'start') return;
    if (event.kind === 'stdout' || event.kind === 'stderr')
      return this.#keep(`${event.kind} ${event.node}`, event.data);
    this.#close(`stdout ${event.node}`);
    this.#close(`stderr ${event.node}`);
  }

  async end(): Promise<void> {}

  /** Undefined when the node wrote nothing there. */
  output(node: string, stream: 'stdout' | 'stderr'): RecordedOutput | undefined {
    return this.#done.get(`${stream} ${node}`);
  }

  #keep(key: string, data: Uint8Array): void {
    const open = this.#open.get(key) ?? { pieces: [], kept: 0, size: 0 };
    this.#open.set(key, open);
    open.size += data.length;
    const room = Math.min(
      this.#limits.nodeBytes - open.kept,
      this.#limits.runBytes - this.#runBytes,
      data.length,
    );
    if (room <= 0) return;
    open.pieces.push(data.slice(0, room));
    open.kept += room;
    this.#runBytes += room;
  }

  #close(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    const bytes = Buffer.concat(open.pieces, open.kept);
    const digest = createHash('sha256').update(bytes).digest();
    const twin = this.#distinct.get(digest.toString('latin1'));
    if (twin === undefined) this.#distinct.set(digest.toString('latin1'), { digest, bytes, size: open.size });
    else this.#runBytes -= open.kept;
    this.#done.set(key, { digest, bytes: twin?.bytes ?? bytes, size: open.size });
  }
}
