// Slurm is a shell script here that keeps its nodes in files and answers as scontrol of Debian 12 (22.05) does.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from '../history/open-history.ts';
import { saveRun } from '../history/save-run.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { parseSlurmNodes } from '../slurm/slurm-nodes.ts';
import { runMemtest } from '../testing/run-memtest.ts';
import { sampleParts } from '../testing/sample-run.ts';
import { planDrain, planResume } from './drain-steps.ts';
import { addToGroup, groupFile, removeFromGroup } from './exclude-group.ts';

const oneliner = (node: string, state: string, reason = ''): string =>
  `NodeName=${node} Arch=x86_64 CoresPerSocket=1 CPUAlloc=0 CPUTot=1 State=${state} ThreadsPerCore=1 Partitions=all BootTime=None${reason}`;

describe('nodes of Slurm', () => {
  it('are read with state and reason, however they are worded', () => {
    const text = [
      oneliner('n1', 'IDLE'),
      oneliner('n2', 'IDLE+DRAIN', ' Reason=memtest-runner: slow (run x) [root@2026-11-22T07:31:41]'),
      oneliner('n3', 'DOWN*+DRAIN', ' Reason=Not responding [slurm@2026-11-22T07:31:41] Comment=rack 3'),
      oneliner('n4', 'IDLE+DRAIN', ' Reason=no brackets'),
      '',
    ].join('\n');
    expect(parseSlurmNodes(text)).toEqual([
      { node: 'n1', state: 'IDLE', reason: '', partitions: 'all', memoryBytes: null },
      {
        node: 'n2',
        state: 'IDLE+DRAIN',
        reason: 'memtest-runner: slow (run x)',
        partitions: 'all',
        memoryBytes: null,
      },
      { node: 'n3', state: 'DOWN*+DRAIN', reason: 'Not responding', partitions: 'all', memoryBytes: null },
      { node: 'n4', state: 'IDLE+DRAIN', reason: 'no brackets', partitions: 'all', memoryBytes: null },
    ]);
  });

  const known = [
    { node: 'n1', state: 'IDLE', reason: '', partitions: 'all', memoryBytes: null },
    { node: 'n2', state: 'ALLOCATED', reason: '', partitions: 'all', memoryBytes: null },
    { node: 'n3', state: 'IDLE+DRAIN', reason: 'fan', partitions: 'all', memoryBytes: null },
    {
      node: 'n4',
      state: 'IDLE+DRAIN',
      reason: 'memtest-runner: slow (run x)',
      partitions: 'all',
      memoryBytes: null,
    },
  ];

  it('are drained unless they are out of service already, whoever did it', () => {
    const wanted = ['n1', 'n2', 'n3', 'n4', 'n9'].map((node) => ({
      node,
      reason: 'memtest-runner: slow (run y)',
    }));
    expect(planDrain(wanted, known)).toEqual({
      steps: [
        {
          nodes: 'n[1-2]',
          args: ['update', 'nodename=n[1-2]', 'state=drain', 'reason=memtest-runner: slow (run y)'],
        },
      ],
      left: [
        { nodes: 'n[3-4]', why: 'out of service already' },
        { nodes: 'n9', why: 'Slurm does not know them' },
      ],
    });
  });

  it('are resumed only if we drained them', () => {
    expect(planResume(known, undefined).steps).toEqual([
      { nodes: 'n4', args: ['update', 'nodename=n4', 'state=resume'] },
    ]);
    expect(planResume(known, new Set(['n3']))).toEqual({
      steps: [],
      left: [{ nodes: 'n3', why: 'drained by somebody else' }],
    });
  });
});

describe('a group file', () => {
  const wanted = ['n7', 'n8'].map((node) => ({ node, reason: 'memtest-runner: slow (run x)' }));
  const mine = '# broken fans\nn7 # since May\n';

  it('gets each node once, and keeps what others wrote', () => {
    const once = addToGroup(mine, wanted);
    expect(once).toEqual({ text: `${mine}n8 # memtest-runner: slow (run x)\n`, changed: ['n8'] });
    expect(addToGroup(once.text, wanted)).toEqual({ text: once.text, changed: [] });
  });

  it('loses only our lines', () => {
    expect(removeFromGroup(addToGroup(mine, wanted).text, undefined)).toEqual({
      text: mine,
      changed: ['n8'],
    });
    expect(removeFromGroup(addToGroup('', wanted).text, new Set(['n7'])).changed).toEqual(['n7']);
  });

  it('is one of dsh, or any file', () => {
    expect(groupFile('bad', '/home/u', '/tmp')).toBe('/home/u/.dsh/group/bad');
    expect(groupFile('./bad', undefined, '/tmp')).toBe('/tmp/bad');
    expect(() => groupFile('-rf', '/home/u', '/tmp')).toThrow("'-rf' is no name of a group");
  });
});

describe('memtest-runner quarantine', () => {
  let folder: string;
  let env: { XDG_STATE_HOME: string; HOME: string; PATH: string };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heorot-quarantine-'));
    env = { XDG_STATE_HOME: folder, HOME: folder, PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` };
    using database = await openHistory(env);
    saveRun(database, judgeRun(sampleParts({ nodes: 20 })));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'nodes'));
    for (let at = 1; at <= 20; at++)
      writeFileSync(join(folder, 'nodes', `n${at}`), oneliner(`n${at}`, 'IDLE'));
    writeFileSync(
      join(folder, 'bin', 'scontrol'),
      `#!/bin/sh
cd ${folder}/nodes || exit 1
printf '%s\\n' "$*" >> ../calls
[ "$1" = show ] && { for f in *; do cat $f; echo; done; exit 0; }
[ "$2" = nodename=n7 ] || { echo "slurm_update error: Invalid node name specified" >&2; exit 1; }
case $3 in
  state=drain) echo 'NodeName=n7 State=IDLE+DRAIN '"Reason=\${4#reason=} [root@2026-11-22T07:31:41]" > n7 ;;
  state=resume) echo 'NodeName=n7 State=IDLE' > n7 ;;
esac
`,
    );
    chmodSync(join(folder, 'bin', 'scontrol'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const type = (typed: string | undefined, ...argv: readonly string[]) =>
    runMemtest(['quarantine', ...argv], env, typed);
  const updates = (): readonly string[] =>
    readFileSync(join(folder, 'calls'), 'utf8')
      .split('\n')
      .filter((call) => call.startsWith('update'));

  it('prints what one would type, without asking Slurm', async () => {
    const { stdout, code } = await type(undefined);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      "scontrol update nodename=n7 state=drain 'reason=memtest-runner: data-error (run 20261102-080000-s000)'",
      "scontrol update nodename=n13 state=drain 'reason=memtest-runner: ecc-ce (run 20261102-080000-s000)'",
      "scontrol update nodename=n14 state=drain 'reason=memtest-runner: ecc-ue (run 20261102-080000-s000)'",
      "scontrol update nodename=n19 state=drain 'reason=memtest-runner: slow (run 20261102-080000-s000)'",
      '',
    ]);
    expect(() => updates()).toThrow('ENOENT');
  });

  it('drains once it was confirmed, and only once; undoes only its own', async () => {
    expect((await type('n7\n', '--verdicts', 'data-error', '--apply')).stderr).toContain('drained n7');
    expect((await type(undefined, '--verdicts', 'data-error', '--apply', '-y')).stderr).toContain(
      'nothing to do',
    );
    expect(updates()).toEqual([
      'update nodename=n7 state=drain reason=memtest-runner: data-error (run 20261102-080000-s000)',
    ]);
    writeFileSync(
      join(folder, 'nodes', 'n3'),
      oneliner('n3', 'IDLE+DRAIN', ' Reason=fan [root@2026-11-22T07:31:41]'),
    );
    expect((await type(undefined, '--undo')).stdout).toBe('scontrol update nodename=n7 state=resume\n');
    expect((await type(undefined, '--undo', '--apply', '-y')).stderr).toContain('resumed n7');
    expect(updates()).toHaveLength(2);
    expect((await type(undefined, '--undo', '--apply', '-y')).stderr).toContain('nothing to do');
  });

  it('does nothing when something else was typed, or nothing can be', async () => {
    expect(await type('n8\n', '--verdicts', 'data-error', '--apply')).toMatchObject({ code: 3 });
    expect(await type(undefined, '--verdicts', 'data-error', '--apply')).toMatchObject({ code: 2 });
    expect(updates()).toEqual([]);
  });

  it('says in words of Slurm what went wrong', async () => {
    const { stderr, code } = await type(undefined, '--verdicts', 'slow', '--apply', '-y');
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('scontrol failed: slurm_update error: Invalid node name'),
    ]);
  });

  it('writes a group that dsh leaves out', async () => {
    expect((await type(undefined, '--group-file', 'bad', '--apply', '-y')).code).toBe(0);
    const file = join(folder, '.dsh/group/bad');
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(
      'n7 # memtest-runner: data-error (run 20261102-080000-s000)',
    );
    expect((await type(undefined, '--group-file', 'bad', '--undo', '--apply', '-y')).stderr).toContain(
      'taken out: n[7,13-14,19]',
    );
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('knows its verdicts', async () => {
    expect(await type(undefined, '--verdicts', 'bad')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'bad' is no verdict"),
    });
  });
});
