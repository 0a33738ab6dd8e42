// netmon's full screen on a real terminal, against the embedded lab.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedLab, startEmbeddedLab, type TestTerminal } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPlace, type Place } from './netmon-on-a-terminal.ts';

let folder: string;
let lab: EmbeddedLab;
let place: Place;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-top-test-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 6 });
  place = await openPlace(lab.clusterFile);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A row of the table whose figures are there. */
const sampled = (node: string) => new RegExp(`^. ${node} +[\\d.]+[kMG]? `, 'm');
const allSampled = /^rehearsal {2}6 nodes {2}6 sampling/;

describe('the screen', () => {
  let terminal: TestTerminal;
  beforeEach(async () => {
    terminal = await place.netmon(['-a', '-i', '0.5s']);
    await terminal.waitFor(sampled('n6'));
    await terminal.waitFor(allSampled);
  });
  afterEach(() => terminal[Symbol.asyncDispose]());

  test('is a table of all nodes, that goes on', async () => {
    const screen = await terminal.waitFor(/every 0\.5 s/);
    for (const node of ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']) await terminal.waitFor(sampled(node));
    expect(screen).toMatch(/▼rx bit\/s tx bit\/s +pkt\/s +err\/s +drop\/s +% link +% retr +load/);
    const clock = /\d\d:\d\d:\d\d$/m.exec(screen)?.[0] ?? 'no clock';
    await terminal.waitFor(new RegExp(`^(?![^]*${clock})`));
  });

  test('is sorted by letters and arrows', async () => {
    await terminal.type('n');
    await terminal.waitFor(/▲node[^]*n1 [^]*n2 [^]*n6 /);
    await terminal.type('n');
    await terminal.waitFor(/▼node[^]*n6 [^]*n2 [^]*n1 /);
    await terminal.press('Right');
    await terminal.waitFor(/▼rx bit\/s/);
  });

  test('is filtered by text, by a node set and by a group; a wrong one says why', async () => {
    await terminal.type('/n[2-3]\r');
    expect(await terminal.waitFor(/filter n\[2-3\]: 2 of 6/)).not.toMatch(/^. n1 /m);
    await terminal.type('/\u0015@rack2\r');
    expect(await terminal.waitFor(/filter @rack2: 3 of 6/)).toMatch(/^. n5 /m);
    await terminal.type('/\u0015@nix\r');
    await terminal.waitFor(/filter @nix: 0 of 6 .*nix/);
    await terminal.press('Escape');
    await terminal.waitFor(sampled('n1'));
  });

  test('is grouped by racks, and groups are folded', async () => {
    await terminal.type('g');
    expect(await terminal.waitFor(/grouped by rack/)).toMatch(/^▾ rack1 .* 3 nodes$/m);
    await terminal.type('F');
    expect(await terminal.waitFor(/^▸ rack2 .* 3 nodes$/m)).not.toMatch(sampled('n1'));
  });

  test('has a heat map, nodes in detail, sick links, events and help', async () => {
    await terminal.type('2');
    await terminal.waitFor(/^heat map.*\nn1( +[▁-█]){6}$/m);
    await terminal.press('Right');
    await terminal.waitFor(/^n1 {2}rx bit\/s/m);
    await terminal.press('Enter');
    await terminal.waitFor(/^node n1\nsampling\n[^]*interface +state[^]*\n.*lo +unknown/m);
    await terminal.type('4');
    await terminal.waitFor(/^sick links/m);
    await terminal.type('5');
    await terminal.waitFor(/^events\n[^]*first-reading/m);
    await terminal.type('?');
    await terminal.waitFor(/Keys[^]*Sort by[^]*any key back/);
    await terminal.type('1');
    await terminal.waitFor(/^events\n[^]*first-reading/m);
  });

  test('shows rates in bytes with B, and stands still with Space', async () => {
    await terminal.type('B');
    await terminal.waitFor(/rx B\/s +tx B\/s[^]*/);
    await terminal.type(' ');
    const paused = await terminal.waitFor(/PAUSED/);
    await sleep(1500);
    expect(await terminal.screen()).toBe(paused);
    await terminal.type(' ');
    await terminal.waitFor(/^(?![^]*PAUSED)/);
  });

  test('follows the size of the terminal, down to one cell and back', async () => {
    await terminal.resize(50, 8);
    await terminal.waitFor(/^q quit .* 4 sick links$/m);
    await terminal.resize(1, 1);
    await terminal.resize(130, 30);
    expect(await terminal.waitFor(/last minute/)).toMatch(allSampled);
    expect((await terminal.screen()).split('\n')).toHaveLength(30);
  });

  test('names a node that goes away, since when, and that it is back', async () => {
    await lab.fault('n2', { kind: 'kill' });
    await terminal.waitFor(/^! n2 +down since \d\d:\d\d:\d\d/m);
    await terminal.type('5');
    await terminal.waitFor(/n2 +down /);
    await lab.fault('n2', { kind: 'reboot' });
    await terminal.type('1');
    await terminal.waitFor(sampled('n2'), 60_000);
  });
});

describe('the terminal is as it was', () => {
  /** Runs netmon from a shell until it shows nodes, ends it that way, and gives what the terminal is like afterwards. */
  async function after(
    end: (terminal: TestTerminal, pid: number) => Promise<void>,
    prefix = '',
  ): Promise<string> {
    await using terminal = await place.shell();
    const before = await terminal.settings();
    await terminal.type('echo begun; netmon() { command netmon "$@"; echo "ended $?"; }\r');
    await terminal.waitFor(/begun\nshell\$$/);
    await terminal.type(`${prefix}netmon ${parameters()}\r`);
    await terminal.waitFor(sampled('n6'));
    expect(await terminal.settings()).toContain('-icanon');
    await end(terminal, netmonPid());
    const screen = await terminal.waitFor(/ended \d+\nshell\$$/);
    expect(await terminal.settings()).toBe(before);
    // The main screen is there again, with what stood on it, the cursor behind the prompt.
    expect(screen).toMatch(/begun\n/);
    expect(screen).not.toMatch(/sampling {2}rx/);
    await terminal.type('echo shown\r');
    await terminal.waitFor(/^shown\nshell\$$/m);
    return /ended \d+/.exec(screen)?.[0] ?? '';
  }

  /** The cluster file tells this lab's processes from all others. */
  const parameters = () => `-a -i 0.5s --cluster ${lab.clusterFile}`;
  const netmonPid = () => newest(`bin/netmon.js ${parameters()}`);

  function newest(pattern: string): number {
    return Number(execFileSync('pgrep', ['-n', '-f', '--', pattern], { encoding: 'utf8' }).trim());
  }

  test.each<[string, string, (terminal: TestTerminal, pid: number) => Promise<void>]>([
    ['q', 'ended 0', (terminal) => terminal.type('q')],
    ['Ctrl-C', 'ended 130', (terminal) => terminal.press('C-c')],
    ['SIGINT', 'ended 130', async (_, pid) => void process.kill(pid, 'SIGINT')],
    ['SIGTERM', 'ended 143', async (_, pid) => void process.kill(pid, 'SIGTERM')],
    ['SIGHUP', 'ended 129', async (_, pid) => void process.kill(pid, 'SIGHUP')],
  ])('after %s: %s', async (_, expected, end) => {
    expect(await after(end)).toBe(expected);
  });

  test('after a crash, which is told', async () => {
    const crash = join(folder, 'crash.mjs');
    await writeFile(crash, "process.on('SIGUSR2', () => { throw new Error('a bug'); });\n");
    const prefix = `NODE_OPTIONS='--import=${crash}' `;
    expect(await after(async (_, pid) => void process.kill(pid, 'SIGUSR2'), prefix)).toBe('ended 70');
  });

  test('while it is stopped by Ctrl-Z, and the screen is back after fg', async () => {
    await using terminal = await place.shell();
    const before = await terminal.settings();
    await terminal.type(`netmon ${parameters()}\r`);
    await terminal.waitFor(sampled('n6'));
    await terminal.press('C-z');
    await terminal.waitFor(/Stopped +netmon[^]*shell\$$/);
    expect(await terminal.settings()).toBe(before);
    await terminal.type('fg\r');
    await terminal.waitFor(allSampled);
    await terminal.type('n');
    await terminal.waitFor(/▲node/);
    await terminal.type('q');
    await terminal.waitFor(/shell\$$/);
    expect(await terminal.settings()).toBe(before);
  });

  test('or nobody reads it any more: the end is not held up', async () => {
    await using shell = await place.shell();
    // script(1) has a terminal of its own for netmon, and stops reading it when it is stopped.
    const ended = join(folder, 'ended');
    await shell.type(`script -qfec 'netmon ${parameters()}; echo "ended $?" >${ended}' /dev/null\r`);
    await shell.waitFor(sampled('n6'));
    const pid = netmonPid();
    const script = newest(`^script -qfec.*${lab.clusterFile}`);
    process.kill(script, 'SIGSTOP');
    using _ = { [Symbol.dispose]: () => void process.kill(script, 'SIGCONT') };
    // Each one asks for a whole frame: far more than the kernel keeps for a terminal.
    for (let at = 0; at < 60; at++) {
      process.kill(pid, 'SIGCONT');
      await sleep(40);
    }
    process.kill(pid, 'SIGTERM');
    const ending = () => readFile(ended, 'utf8').catch(() => '');
    await expect.poll(ending, { timeout: 15_000 }).toBe('ended 143\n');
  });
});

describe('without what it needs', () => {
  test('it says which other verbs there are: no terminal on stdout, or one without a cursor', async () => {
    await using shell = await place.shell({ columns: 140 });
    await shell.type('netmon -a | cat; netmon top -a </dev/null; TERM=dumb netmon -a; echo done\r');
    const screen = await shell.waitFor(/^done$/m);
    expect(screen.match(/netmon: the full-screen view needs a terminal/g)).toHaveLength(3);
    expect(screen).toMatch(/netmon once; line by line: netmon watch/);
  });

  test('UTF-8: it draws with ASCII', async () => {
    await using terminal = await place.netmon(['-a', '-i', '0.5s', '--view', 'heatmap'], {
      env: { LANG: 'C', LC_ALL: 'C' },
    });
    const screen = await terminal.waitFor(/^n1( +[.:=+*#@-]){6}$/m);
    // oxlint-disable-next-line no-control-regex -- anything beyond ASCII is looked for
    expect(screen).not.toMatch(/[^\x00-\x7f]/);
  });
});
