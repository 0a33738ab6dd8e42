// Equal answers once, under the folded names of those who gave them; the headers are those of dshbak and clush -b.
import { Answers } from '../gather/answers.ts';
import type { BlockSpill } from '../gather/block-spill.ts';
import type { ByteLog } from '../gather/byte-log.ts';
import type { ByteSink } from './byte-sink.ts';
import { LinePrefixer } from './line-prefixer.ts';
import type { Renderer, Streams, Surface } from './renderer.ts';

export interface GatheredOptions {
  readonly streams: Streams;
  /** Headers with names; without, only the answers. */
  readonly prefix: boolean;
}

export function gatheredRenderer(surface: Surface, spill: BlockSpill, options: GatheredOptions): Renderer {
  const answers = new Answers(options.streams, spill);
  return {
    event: (event) => answers.add(event),
    async end() {
      for (const { nodes, log } of answers.byFrequency()) {
        if (options.prefix) surface.stdout.write(header(surface, nodes));
        await writeLog(surface.stdout, log, options.prefix ? '\n' : '');
      }
      await surface.stdout.flush();
    },
  };
}

/** `---------------`, `n[1-3] (3)`, `---------------`; the count only where there is more than one. */
function header({ fold, theme }: Surface, nodes: readonly string[]): string {
  const rule = theme.stdout.dim('---------------');
  const count = nodes.length === 1 ? '' : ` (${nodes.length})`;
  return `${rule}\n${theme.stdout.node(fold(nodes))}${count}\n${rule}\n`;
}

/** At the pace of the reader. Under a header, what lacks its final newline gets one. */
async function writeLog(sink: ByteSink, log: ByteLog, ending: '\n' | ''): Promise<void> {
  const lines = new LinePrefixer(sink, '');
  for (const piece of log.pieces()) {
    lines.push(piece);
    await sink.pressure();
  }
  lines.end(ending);
}
