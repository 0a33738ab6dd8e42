// What is different, and where: every other answer as a unified diff against the one that most nodes gave.
import { type DiffLine, unifiedDiff } from '../diff/unified-diff.ts';
import { answerLines, lineBytes } from '../gather/answer-lines.ts';
import { type Answer, Answers } from '../gather/answers.ts';
import type { BlockSpill } from '../gather/block-spill.ts';
import type { Renderer, Streams, Surface } from './renderer.ts';

export function diffRenderer(
  surface: Surface,
  spill: BlockSpill,
  options: { readonly streams: Streams },
): Renderer {
  const answers = new Answers(options.streams, spill);
  return {
    event: (event) => answers.add(event),
    async end() {
      const [reference, ...others] = answers.byFrequency();
      if (reference !== undefined) {
        const lines = answerLines(reference.log);
        for (const other of others) await showDifference(surface, { reference, lines }, other);
      }
      await surface.stdout.flush();
    },
  };
}

async function showDifference(
  surface: Surface,
  { reference, lines }: { readonly reference: Answer; readonly lines: readonly string[] },
  other: Answer,
): Promise<void> {
  const { stdout, theme } = surface;
  const difference = unifiedDiff(lines, answerLines(other.log));
  // Equal text, different end: told by the outcomes.
  if (difference.length === 0) return;
  stdout.write(theme.stdout.removed(`--- ${title(surface, reference)}`));
  stdout.write(`\n${theme.stdout.added(`+++ ${title(surface, other)}`)}\n`);
  for (const line of difference) {
    writeLine(surface, line);
    await stdout.pressure();
  }
}

function title({ fold }: Surface, { nodes }: Answer): string {
  return nodes.length === 1 ? fold(nodes) : `${fold(nodes)} (${nodes.length})`;
}

const signs = { hunk: '', same: ' ', removed: '-', added: '+' } as const;

function writeLine({ stdout, theme }: Surface, { kind, text }: DiffLine): void {
  const bytes = lineBytes(text);
  const shown = stdout.harmless === undefined ? bytes : stdout.harmless(bytes);
  if (!theme.stdout.enabled || kind === 'same') {
    stdout.write(Buffer.concat([Buffer.from(signs[kind]), shown, Buffer.from('\n')]));
    return;
  }
  const style = { hunk: theme.stdout.dim, removed: theme.stdout.removed, added: theme.stdout.added }[kind];
  // Latin-1 again, or the styling would break bytes that are not UTF-8; the style itself is ASCII.
  stdout.write(Buffer.from(`${style(signs[kind] + Buffer.from(shown).toString('latin1'))}\n`, 'latin1'));
}
