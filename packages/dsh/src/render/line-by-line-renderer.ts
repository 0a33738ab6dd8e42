// Every line once, in order, under the folded names of the nodes that said it (-L).
import { answerLines, lineBytes } from '../gather/answer-lines.ts';
import { Answers } from '../gather/answers.ts';
import type { BlockSpill } from '../gather/block-spill.ts';
import { mergeLines } from '../gather/merge-lines.ts';
import type { GatheredOptions } from './gathered-renderer.ts';
import { LinePrefixer } from './line-prefixer.ts';
import type { Renderer, Surface } from './renderer.ts';

export function lineByLineRenderer(surface: Surface, spill: BlockSpill, options: GatheredOptions): Renderer {
  const answers = new Answers(options.streams, spill);
  return {
    event: (event) => answers.add(event),
    async end() {
      const { stdout, theme, fold } = surface;
      const sources = answers
        .byFrequency()
        .map(({ nodes, log }) => ({ source: nodes, lines: answerLines(log) }));
      const names = new Map<string, Uint8Array>();
      const prefixOf = (groups: readonly (readonly string[])[]): Uint8Array => {
        const key = groups.map((nodes) => nodes[0]).join();
        const prefix = names.get(key) ?? Buffer.from(`${theme.stdout.node(`${fold(groups.flat())}:`)} `);
        names.set(key, prefix);
        return prefix;
      };
      for (const { line, sources: groups } of mergeLines(sources)) {
        new LinePrefixer(stdout, options.prefix ? prefixOf(groups) : '').push(lineBytes(`${line}\n`));
        await stdout.pressure();
      }
      await stdout.flush();
    },
  };
}
