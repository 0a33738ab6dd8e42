// A burn-in end to end on nodes with a real sshd: what becomes of it when heads are killed, nodes die, freeze or reboot, and when
// memory is bad while it runs.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNamespacesLab } from '@heorot/lab';
import { describe, expect, it } from 'vitest';
import { startMemtest } from '../src/testing/run-memtest.ts';
import { answerOf, headOf, marchLog, marchOn, until, untilItTests } from './head.fixture.ts';
import { holdBits } from './held-bit.fixture.ts';

const head = headOf('burn-in', (folder) => startNamespacesLab({ folder, nodes: 3 }));
const size = ['--memory', '32M', '--reserve', '64M', '--json'];
const march = ['--engines', 'march', ...size];
const start = (...argv: readonly string[]) => head.type('run', ...argv);

describe('a burn-in', () => {
  it('passes good memory, with its evidence, and leaves the node free for the next', async () => {
    const { code, result, node } = await answerOf(start('-w', 'n[1-2]', '--passes', '1', ...march, '--wait'));
    expect([code, result.suspects]).toEqual([0, '']);
    expect(node('n1')).toMatchObject({
      verdict: 'pass',
      engines: [{ engine: 'march', ending: 'complete', passes: 1, bytesTested: 32 << 20 }],
      evidence: { survival: { kind: 'up' }, readings: 2 },
      timeline: [{ phase: 'march', ending: 'complete' }],
    });
  });

  it('finds a bit that is held while it runs, at its exact address', async () => {
    const command = start('-w', 'n1', '--for', '50s', ...march, '--wait');
    const address = (await untilItTests(head, 'n1')) + 4096n * 3n + 8n;
    const release = new AbortController();
    const holding = holdBits(marchOn(head, 'n1') ?? 0, [{ address, bit: 10, value: 1 }], release.signal);
    await until(() => marchLog(head, 'n1').some(({ type }) => type === 'finding'));
    await head.type('stop').done;
    const { code, node } = await answerOf(command);
    release.abort();
    await holding;
    expect([code, node('n1')?.verdict]).toEqual([1, 'data-error']);
    const findings = node('n1')?.engines[0]?.findings ?? [];
    expect(new Set(findings.map(({ address: at, xor }) => `${at} ${xor}`))).toEqual(
      new Set([`0x${address.toString(16)} 0x0000000000000400`]),
    );
  });

  it('calculates on all cores beside the memory test where it is to be mixed', async () => {
    const mixed = ['--engines', 'mixed', '--passes', '1', ...size];
    const { code, node } = await answerOf(start('-w', 'n2', ...mixed, '--wait'));
    expect([code, node('n2')?.verdict]).toEqual([0, 'pass']);
    const [tested, load] = node('n2')?.engines ?? [];
    expect([tested?.engine, tested?.passes, load?.engine, load?.findingCount]).toEqual([
      'march',
      1,
      'stream',
      0,
    ]);
    expect(load?.cpuSeconds).toBeGreaterThan(0.2);
    expect(load?.bytesTested).toBeLessThan(256 << 20);
  });

  it('goes on when its head is killed: attach brings all of it home, nothing twice', async () => {
    const tool = join(import.meta.dirname, '../../heorot/dist/bin/memtest-runner.js');
    const killed = spawn(process.execPath, [tool, 'run', '-w', 'n2', '--passes', '2', ...march, '--wait'], {
      env: head.env,
      stdio: 'ignore',
    });
    await untilItTests(head, 'n2');
    killed.kill('SIGKILL');
    const { code, result, node } = await answerOf(head.type('attach', '--json'));
    expect([code, node('n2')?.verdict]).toEqual([0, 'pass']);
    const again = await answerOf(head.type('results', '--json'));
    expect(again.result.nodes).toEqual(result.nodes);
    expect(marchLog(head, 'n2').filter(({ type }) => type === 'summary')).toHaveLength(1);
  });

  it('leaves when the disk of its head is full; attach brings all of it home once there is room', async () => {
    const state = join(head.folder, 'small-disk');
    mkdirSync(state);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', state]);
    try {
      const there = { ...head.env, XDG_STATE_HOME: state };
      const command = startMemtest(['run', '-w', 'n1', '--passes', '2', ...march, '--wait'], there);
      await untilItTests(head, 'n1');
      expect(() => writeFileSync(join(state, 'fill'), Buffer.alloc(2 << 20))).toThrow('ENOSPC');
      expect(await command.done).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/left: the run goes on[^]*records cannot be kept: /),
      });
      rmSync(join(state, 'fill'));
      const { code, node } = await answerOf(startMemtest(['attach', '--json'], there));
      expect([code, node('n1')?.verdict]).toEqual([0, 'pass']);
    } finally {
      execFileSync('umount', [state]);
    }
  });

  it('stops where it is told to, and says what was not tested', async () => {
    const two = ['--engines', 'march,mixed', ...size];
    expect((await start('-w', 'n1', '--for', '10m', ...two).done).code).toBe(0);
    await untilItTests(head, 'n1');
    const status = await head.type('status').done;
    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/^phases: march 1 \(of 2\)$/m)]);
    expect(status.stdout).not.toContain('not reachable');
    const { code, node } = await answerOf(head.type('stop', '--json'));
    expect([code, node('n1')?.verdict]).toEqual([1, 'pass-degraded']);
    expect(node('n1')?.engines.map(({ phase, ending }) => [phase, ending])).toEqual([
      ['march', 'interrupted'],
      ['mixed', 'interrupted'],
    ]);
    expect(marchOn(head, 'n1')).toBe(undefined);
  });

  it('is refused on a node that another run is testing', async () => {
    const first = await start('-w', 'n1', '--for', '10m', ...march).done;
    expect(first.code).toBe(0);
    const second = await answerOf(start('-w', 'n1', '--for', '1s', ...march, '--wait'));
    expect(second.code).toBe(1);
    const { id } = JSON.parse(first.stdout);
    expect(second.node('n1')).toMatchObject({
      verdict: 'tool-error',
      reasons: [{ text: expect.stringContaining(`run ${id} is testing it`) }],
    });
    // The refused one is the newer, and nothing that could be stopped.
    expect((await head.type('stop').done).stdout).toContain('pass-degraded');
  });

  it('tells a node that came back with another boot id, and what it was doing', async () => {
    const command = start('-w', 'n[2-3]', '--passes', '2', ...march, '--wait');
    await untilItTests(head, 'n3');
    await head.lab.fault('n3', { kind: 'reboot' });
    const { code, node } = await answerOf(command);
    expect([code, node('n2')?.verdict]).toEqual([1, 'pass']);
    expect(node('n3')).toMatchObject({
      verdict: 'crashed',
      // The kernel below a lab is not booted with its nodes: counters that go on may give further reasons.
      reasons: expect.arrayContaining([
        expect.objectContaining({
          text: expect.stringMatching(
            /crashed during phase march, pass \d+, (march \d\/7|address|rest|taking)/,
          ),
        }),
      ]),
      timeline: [{ ending: 'crashed' }],
    });
    expect(node('n3')?.bootIds).toHaveLength(2);
  });

  it('gives up a dead node after a while, and takes it up again when it is back', async () => {
    const patience = ['--lost-after', '2s', '--connect-timeout', '4s'];
    const command = start('-w', 'n3', '--passes', '2', ...march, ...patience, '--wait');
    await untilItTests(head, 'n3');
    await head.lab.fault('n3', { kind: 'partition' });
    const { code, node } = await answerOf(command);
    expect([code, node('n3')?.verdict]).toEqual([4, 'lost']);
    await head.lab.fault('n3', { kind: 'heal' });
    const attached = await answerOf(head.type('attach', '--json'));
    expect([attached.code, attached.node('n3')?.verdict]).toEqual([0, 'pass']);
  });

  it('waits for a node that stands still for a moment', async () => {
    const command = start('-w', 'n3', '--passes', '1', ...march, '--wait');
    await untilItTests(head, 'n3');
    await head.lab.fault('n3', { kind: 'freeze' });
    await sleep(1500);
    await head.lab.fault('n3', { kind: 'thaw' });
    const { code, node } = await answerOf(command);
    expect([code, node('n3')?.verdict]).toEqual([0, 'pass']);
  });
});
