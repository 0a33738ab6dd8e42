// Lines as they come, each under its node's name. Interleaving never tears a line: a node's unfinished line waits.
import type { RunEvent, RunSummary } from '@heorot/fanout';
import { LinePrefixer } from './line-prefixer.ts';
import { type Renderer, type Streams, type Surface, shows } from './renderer.ts';

export interface LiveOptions {
  readonly streams: Streams;
  /** Names before the lines; without, what nodes write passes byte for byte. */
  readonly prefix: boolean;
  /** Pads names to this width, so that the text stands in a column; 0 = `node: text`, as pdsh prints it. */
  readonly width: number;
  /** There is one node: nobody's line can come between its own. */
  readonly alone?: boolean;
  /**
   * Most unfinished bytes held of all nodes together; past it a line is continued on a new one (without names: torn).
   * 64 MiB: a line of that length arrives whole, between those of other nodes, and memory stays bounded.
   */
  readonly pendingLimit?: number;
}

/** Shows both streams where they belong: the nodes' stdout on stdout, their stderr on stderr. */
export function liveRenderer(surface: Surface, options: LiveOptions): Renderer {
  const assembly = new LineAssembly(surface, options);
  return {
    event(event) {
      if (event.kind === 'stdout' || event.kind === 'stderr') {
        if (shows(options.streams, event.kind)) assembly.push(event);
      } else if (event.kind !== 'start') {
        assembly.end(event.node);
      }
      return surface.stdout.pressure() ?? surface.stderr.pressure();
    },
    async end(_summary: RunSummary) {
      await surface.stdout.flush();
      await surface.stderr.flush();
    },
  };
}

type Output = Extract<RunEvent, { kind: 'stdout' | 'stderr' }>;

class LineAssembly {
  readonly #surface: Surface;
  readonly #options: LiveOptions;
  readonly #lines = { stdout: new Map<string, LinePrefixer>(), stderr: new Map<string, LinePrefixer>() };
  #pendingBytes = 0;

  constructor(surface: Surface, options: LiveOptions) {
    this.#surface = surface;
    this.#options = options;
  }

  push({ node, kind, data }: Output): void {
    if (this.#passes(kind)) return this.#surface[kind].write(data);
    const prefixer = this.#prefixerOf(node, kind);
    const before = prefixer.pendingBytes;
    prefixer.push(data);
    this.#pendingBytes += prefixer.pendingBytes - before;
    if (this.#pendingBytes > (this.#options.pendingLimit ?? 64 * 1024 * 1024)) this.#release(node, kind);
  }

  /** Held for nothing: no name stands before the line, no other node can tear it, no terminal wants it whole. */
  #passes(kind: 'stdout' | 'stderr'): boolean {
    const { prefix, alone = false } = this.#options;
    return alone && !prefix && this.#surface[kind].harmless === undefined;
  }

  end(node: string): void {
    this.#release(node, 'stdout');
    this.#release(node, 'stderr');
    this.#lines.stdout.delete(node);
    this.#lines.stderr.delete(node);
  }

  /** Writes the unfinished line. Without prefixes bytes are sacred: no newline is added. */
  #release(node: string, kind: 'stdout' | 'stderr'): void {
    const prefixer = this.#lines[kind].get(node);
    if (prefixer === undefined) return;
    this.#pendingBytes -= prefixer.pendingBytes;
    prefixer.end(this.#options.prefix ? '\n' : '');
  }

  #prefixerOf(node: string, kind: 'stdout' | 'stderr'): LinePrefixer {
    let prefixer = this.#lines[kind].get(node);
    if (prefixer === undefined) {
      prefixer = new LinePrefixer(this.#surface[kind], this.#prefix(node, kind));
      this.#lines[kind].set(node, prefixer);
    }
    return prefixer;
  }

  #prefix(node: string, kind: 'stdout' | 'stderr'): string {
    if (!this.#options.prefix) return '';
    const style =
      kind === 'stdout' ? this.#surface.theme.stdout.forNode(node) : this.#surface.theme.stderr.bad;
    return `${style(`${node}:`)} ${' '.repeat(Math.max(0, this.#options.width - node.length))}`;
  }
}
