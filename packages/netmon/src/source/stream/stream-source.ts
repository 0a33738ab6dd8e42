// The sampler of sampler/ on many nodes at once, over one long-lived channel each: paced from here, one byte a tick.
// Serves `ssh` and `local` alike: how a node is reached is the fan-out's part.
import { type Fanout, scriptForAnyShell, type Target } from '@heorot/fanout';
import { samplerScript } from '../../sampler/sampler-script.ts';
import { pace } from '../pacer.ts';
import type { Source, SourceListener } from '../source.ts';
import { ConnectWindow } from './connect-window.ts';
import { NodeStream } from './node-stream.ts';

export interface StreamSourceOptions {
  readonly name: 'ssh' | 'local';
  readonly fanout: Pick<Fanout, 'prepare' | 'stream'>;
  readonly targets: readonly Target[];
  readonly intervalMs: number;
  /** How many nodes are connected to, and start, at a time. */
  readonly connectWindow: number;
  /** Prefix of /proc and /sys on the nodes: fixture trees in tests. */
  readonly root?: string;
  /** From 0 to 1, for the jitter of reconnects. */
  readonly random?: () => number;
}

export class StreamSource implements Source {
  readonly name: 'ssh' | 'local';
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  readonly #options: StreamSourceOptions;

  constructor(options: StreamSourceOptions) {
    this.name = options.name;
    this.nodes = options.targets.map(({ node }) => node);
    this.intervalMs = options.intervalMs;
    this.#options = options;
  }

  async run(listener: SourceListener, signal: AbortSignal): Promise<void> {
    const { targets, connectWindow, intervalMs, root } = this.#options;
    await this.#options.fanout.prepare(targets);
    // Made once: quoting it costs more than sending it.
    const command = `exec ${scriptForAnyShell(samplerScript(root === undefined ? {} : { root }))}`;
    const window = new ConnectWindow(connectWindow);
    const streams = targets.map(
      (target) => new NodeStream(target, { ...this.#options, command, window, listener }),
    );
    using _ = pace(streams, intervalMs);
    await Promise.all(streams.map((stream) => stream.keep(signal)));
  }
}
