import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '../history/open-history.ts';
import { saveRun } from '../history/save-run.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { runMemtest } from '../testing/run-memtest.ts';
import { sampleParts } from '../testing/sample-run.ts';

describe('memtest-runner compare', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heorot-compare-'));
    using database = await openHistory({ XDG_STATE_HOME: folder });
    const later = judgeRun(sampleParts({ nodes: 20, day: 1 }));
    const nodes = later.nodes.map((node, at) =>
      at === 2 ? { ...node, facts: { ...node.facts, bios: '9.9' } } : node,
    );
    saveRun(database, judgeRun(sampleParts({ nodes: 20, faults: false })));
    saveRun(database, { ...later, nodes });
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const type = (...argv: readonly string[]) => runMemtest(['compare', ...argv], { XDG_STATE_HOME: folder });

  it('says who got worse and who slower, and what else differs', async () => {
    const { stdout, code } = await type();
    expect(code).toBe(1);
    expect(stdout).toContain('differs: BIOS on n3');
    expect(stdout).toContain('pass -> data-error: n7');
    expect(stdout).toMatch(/n19 +triad, plain, 64 threads +228\.\d +21\d\.\d GB\/s +-4\.\d %/);
  });

  it('finds nothing worse the other way round', async () => {
    const { code, stdout } = await type('20261102-080000-s001', '20261102-080000-s000', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).verdicts).toContainEqual({
      node: 'n7',
      before: 'data-error',
      after: 'pass',
      worse: false,
    });
  });
});
