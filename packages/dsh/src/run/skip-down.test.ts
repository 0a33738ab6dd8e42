// --skip-down against nodes that refuse, hang and come back, for commands and copies.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DshResult, runDsh } from '../testing/run-dsh.ts';
import { skippedLine } from './skip-down.ts';

let folder: string;
let lab: EmbeddedLab;
let state: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-skip-down-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 4 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  state = await mkdtemp(join(folder, 'state-'));
  await lab.fault('n4', { kind: 'kill' });
});
afterEach(() => lab.fault('n4', { kind: 'reboot' }));

const dsh = (...argv: readonly string[]): Promise<DshResult> =>
  runDsh(argv, { cwd: state, env: { HEOROT_CLUSTER: lab.clusterFile, XDG_STATE_HOME: state } });

describe('--skip-down', () => {
  it('asks the port of a node that the history does not know, and says who is left out and why', async () => {
    const { code, stderr } = await dsh('-a', '--skip-down', 'true');
    expect(stderr).toMatch(
      /^1 of 4 nodes is down and skipped: n4 \(connection refused\)\n3 of 4 ok .* · skipped: n4 \(connection refused.*\)\n$/,
    );
    expect(code).toBe(0);
  });

  it('takes a node that is back again, whatever the history says', async () => {
    expect((await dsh('-a', 'true')).code).toBe(4);
    await lab.fault('n4', { kind: 'reboot' });
    expect((await dsh('-a', '--skip-down', 'true')).stderr).toMatch(/^4 of 4 ok/);
  });

  it('leaves out a node that hung a moment ago although its kernel answers', async () => {
    await lab.fault('n3', { kind: 'freeze' });
    expect((await dsh('-w', 'n[1-3]', '-t', '500ms', 'true')).code).toBe(4);
    const { stderr } = await dsh('-w', 'n[1-3]', '--skip-down', 'true');
    await lab.fault('n3', { kind: 'thaw' });
    expect(stderr).toMatch(/^1 of 3 nodes is down and skipped: n3 \(no answer a moment ago\)\n2 of 3 ok/);
  });

  it('leaves nodes out of copies as well, in text and in JSON', async () => {
    await writeFile(join(state, 'motd'), 'Welcome\n');
    const copied = await dsh('-w', 'n[3-4]', '--skip-down', '--copy', 'motd', '--dest', 'landing');
    expect(copied.stderr).toMatch(/^1 of 2 nodes is down and skipped: n4 .*\n1 of 2 ok .* · skipped: n4/);
    const told = await dsh(
      '-w',
      'n[3-4]',
      '--skip-down',
      '-q',
      '--json',
      '--fetch',
      'motd',
      '--dest',
      'back',
    );
    const { nodes } = JSON.parse(told.stdout);
    expect(nodes).toMatchObject([
      { node: 'n4', outcome: { kind: 'skipped' }, bytes: 0 },
      { node: 'n3', outcome: { kind: 'ok' } },
    ]);
    expect(await readdir(join(state, 'back'))).toEqual(['n3']);
    expect([copied.code, told.code, told.stderr]).toEqual([0, 0, '']);
  });
});

it('reasons that name the node or its address share a group', () => {
  const skipped = (node: string, reason: string) =>
    ({ node, outcome: { kind: 'skipped', reason }, elapsedMs: 0 }) as const;
  const down = [
    skipped('n1', 'connection refused: 10.0.0.1 port 22'),
    skipped('n2', 'connection refused: 10.0.0.2 port 22'),
    skipped('n3', 'no answer within 2 s while connecting to 10.0.0.3 port 22'),
  ];
  expect(skippedLine({ up: [], down }, (nodes) => nodes.join())).toBe(
    '3 of 3 nodes are down and skipped: n1,n2 (connection refused), n3 (no answer within 2 s)',
  );
});
