// A few lines at the foot of a terminal that are redrawn while a run goes on, and are gone at its end.
// A row per node would cost a redraw per node and event; an aggregate of a few rows costs the same for ten thousand.
import type { Writable } from 'node:stream';
import { writeAll } from '../output/write-all.ts';
import { displayWidth, truncate } from '../terminal/display-width.ts';

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface StatusSource {
  /** The lines at this moment, for a terminal that wide; longer ones are cut, at most {@link mostRows} are shown. */
  render(width: number): readonly string[];
}

export interface StatusBlock extends Disposable {
  /**
   * Writes output above the block, to stdout or stderr: the block gives way and comes back. While a line is unfinished
   * it stays away, so that none is torn. Awaits a slow reader.
   */
  write(stream: Stream, chunk: string | Uint8Array): Promise<void>;
  /** Takes the block away for good; also by disposal. */
  end(): void;
}

const mostRows = 8;
const intervalMs = 100;

/** @param stream where the block is drawn: stderr; nothing is drawn unless it is a terminal */
export function createStatusBlock(stream: Stream, source: StatusSource): StatusBlock {
  if (stream.isTTY !== true) return { write: writeAll, end: () => {}, [Symbol.dispose]: () => {} };

  let drawn: readonly string[] = [];
  let atLineStart = true;
  let drawnAt = performance.now();
  const timer = setInterval(draw, intervalMs);
  timer.unref();

  function draw(): void {
    drawnAt = performance.now();
    // A terminal that takes nothing at the moment must not be flooded.
    if (!atLineStart || stream.writableNeedDrain || stream.destroyed) return;
    const width = Math.max(1, columnsOf(stream) - 1);
    const lines = source
      .render(width)
      .slice(0, mostRows)
      .map((line) => truncate(line, width));
    stream.write(erasure() + lines.join('\n'));
    drawn = lines;
  }

  /** The cursor stands behind the last line drawn; lines that a narrower window has wrapped take several rows. */
  function erasure(): string {
    if (drawn.length === 0) return '';
    const columns = columnsOf(stream);
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
    drawn = [];
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`;
  }

  function end(): void {
    clearInterval(timer);
    const erase = erasure();
    if (erase !== '' && !stream.destroyed) stream.write(erase);
  }

  return {
    write(target, chunk) {
      if (chunk.length === 0) return Promise.resolve();
      if (target.isTTY !== true) return writeAll(target, chunk);
      const erase = erasure();
      if (erase !== '') stream.write(erase);
      atLineStart = endsInNewline(chunk);
      const written = writeAll(target, chunk);
      if (performance.now() - drawnAt >= intervalMs) draw();
      return written;
    },
    end,
    [Symbol.dispose]: end,
  };
}

function endsInNewline(chunk: string | Uint8Array): boolean {
  return typeof chunk === 'string' ? chunk.endsWith('\n') : chunk.at(-1) === 0x0a;
}

/** A terminal that does not know its size (a serial line, `script` in cron) says 0. */
function columnsOf(stream: Stream): number {
  return stream.columns || 80;
}
