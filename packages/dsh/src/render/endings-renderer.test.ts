import { expect, it } from 'vitest';
import { plainSurface } from '../testing/plain-surface.ts';
import { summaryOf } from '../testing/summary-of.ts';
import { endingsRenderer } from './endings-renderer.ts';

async function told(verbose: boolean): Promise<string> {
  const surface = plainSurface();
  const renderer = endingsRenderer(surface, { verbose });
  await renderer.event({ kind: 'exit', node: 'n1', outcome: { kind: 'ok' }, elapsedMs: 1, startUpMs: 3400 });
  await renderer.event({ kind: 'exit', node: 'n2', outcome: { kind: 'exit', code: 3 }, elapsedMs: 1 });
  await renderer.event({
    kind: 'failure',
    node: 'n3',
    outcome: { kind: 'skipped', reason: 'x' },
    elapsedMs: 1,
  });
  await renderer.end(summaryOf([]));
  return surface.written.stderr().toString();
}

it('says how nodes ended that did not end ok', async () => {
  expect(await told(false)).toBe('n2: exit 3\n');
});

it('names dawdling login shells with -v, of nodes that ended ok as well', async () => {
  expect(await told(true)).toBe(
    'n1: slow to start: its login shell took 3.4 s to come to the command\nn2: exit 3\n',
  );
});
