// The prompt on a real terminal: typed at through tmux, read from its screen.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startEmbeddedLab, type TestTerminal } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectionsTo, openPlace, type Place, processesWith } from './dsh-on-a-terminal.ts';

let folder: string;
let lab: EmbeddedLab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-prompt-test-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 4 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let place: Place;
let terminal: TestTerminal;
beforeEach(async () => {
  place = await openPlace(lab.clusterFile);
  terminal = await openPrompt();
});
afterEach(async () => {
  await terminal[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

async function openPrompt(parameters: readonly string[] = ['-a']): Promise<TestTerminal> {
  const opened = await place.dsh(parameters);
  await opened.waitFor(/> $|>$/);
  return opened;
}

/** Types a line and waits until the prompt is there again, as the last line. */
async function enter(line: string): Promise<string> {
  await terminal.press('C-l');
  await terminal.type(`${line}\r`);
  return terminal.waitFor(/^dsh n\[1-4\]> .+\n(.*\n)*dsh n\[1-4\]>$/);
}

describe('a line', () => {
  test('runs on the nodes, and the prompt comes back', async () => {
    const screen = await enter('hostname');
    for (const node of ['n1', 'n2', 'n3', 'n4']) expect(screen).toContain(`${node}: ${node}`);
    expect(screen).toMatch(/4 of 4 ok in /);
  });

  test('that chooses a node which nothing knows is answered with the one that was meant', async () => {
    await terminal.press('C-l');
    await terminal.type(':nodes n44\r');
    expect(await terminal.waitFor(/did you mean 'n4'\?\n/)).toMatch(/1 node: n44\nn44 is not in /);
  });

  test('keeps its UTF-8, through editing as well', async () => {
    await terminal.press('C-l');
    await terminal.type("echo 'grüße 日本x");
    await terminal.press('BSpace', 'BSpace');
    await terminal.type("'\r");
    expect(await terminal.waitFor(/4 of 4 ok/)).toContain('n1: grüße 日\n');
  });

  test('that is pasted with others runs in turn, and none is lost while a command runs', async () => {
    await terminal.type('sleep 0.5; echo one\recho two\r:nodes n1\recho thr');
    await terminal.waitFor(/dsh n1> echo thr$/);
    await terminal.type('ee\r');
    const screen = await terminal.waitFor(/n1: three\n1 ok.*\ndsh n1>$/);
    const answers = [...screen.matchAll(/^n1: (\w+)$/gm)].map(([, word]) => word);
    expect(answers).toEqual(['one', 'two', 'three']);
    expect(screen.match(/^dsh .*/gm)).toEqual([
      'dsh n[1-4]> sleep 0.5; echo one',
      'dsh n[1-4]> echo two',
      'dsh n[1-4]> :nodes n1',
      'dsh n1> echo three',
      'dsh n1>',
    ]);
  });

  test('can be taken from earlier sessions with the arrow keys, but for those that began with a blank', async () => {
    await enter('echo remembered');
    await enter(' echo secret');
    await terminal.press('C-d');
    expect(await terminal.ended()).toBe(0);
    await terminal[Symbol.asyncDispose]();
    terminal = await openPrompt();
    await terminal.press('Up');
    await terminal.waitFor(/> echo remembered$/);
    expect(readFileSync(join(place.folder, '.local/state/heorot/dsh-prompt-history'), 'utf8')).toBe(
      'echo remembered\n',
    );
  });

  test('that begins with a blank is in no history of runs either', async () => {
    await enter(' echo secret');
    await terminal.type('\u0004');
    await terminal.ended();
    await using history = await place.dsh(['--history']);
    await history.ended();
    expect(await history.screen()).not.toContain('secret');
  });
});

describe('Tab', () => {
  test.each([
    ['directives', ':ga', /> :gather $|> :gather$/],
    ['groups', ':nodes @comp', /> :nodes @compute$/],
    ['nodes', ':nodes +n', /n1 +n2 +n3 +n4/],
    ['paths of the nodes', 'cat /etc/hostna', /> cat \/etc\/hostname$/],
    ['folders of the nodes', 'ls /usr/loca', /> ls \/usr\/local\/$/],
  ])('completes %s', async (_, typed, screen) => {
    await terminal.type(typed);
    await terminal.press('Tab', 'Tab');
    await terminal.waitFor(screen);
  });

  test('waits for the node before Enter counts', async () => {
    await terminal.type('cat /etc/hostna\t >/dev/null; echo end\r');
    expect(await terminal.waitFor(/4 of 4 ok/)).toContain('> cat /etc/hostname >/dev/null; echo end\n');
  });
});

describe('directives', () => {
  test(':nodes shows, chooses, adds and takes away', async () => {
    expect(await enter(':nodes')).toContain('4 nodes: n[1-4]');
    await terminal.type(':nodes n2\r');
    await terminal.waitFor(/1 node: n2\ndsh n2>$/);
    await terminal.type(':nodes +n[3-4]\r');
    await terminal.waitFor(/3 nodes: n\[2-4\]\ndsh n\[2-4\]>$/);
    await terminal.type(':nodes -n3\r');
    await terminal.waitFor(/2 nodes: n\[2,4\]\ndsh n\[2,4\]>$/);
    await terminal.type(':nodes -n[1-4]\r');
    await terminal.waitFor(/that would leave no nodes\n +still: n\[2,4\]\ndsh n\[2,4\]>$/);
    await terminal.type(':nodes @nosuch\r');
    await terminal.waitFor(/no group 'nosuch'.*\n(.*\n)*dsh n\[2,4\]>$/);
  });

  test(':gather and :diff change what is shown, and say so in the prompt', async () => {
    await terminal.type(':gather\recho same\r');
    await terminal.waitFor(/n\[1-4\].*\n(.*\n)*same\n(.*\n)*dsh n\[1-4\] gather>$/);
    await terminal.type(':diff\r');
    await terminal.waitFor(/dsh n\[1-4\] diff>$/);
    await terminal.type('test $(hostname) = n3 && echo odd || echo even\r');
    await terminal.waitFor(/-even\n\+odd\n(.*\n)*dsh n\[1-4\] diff>$/);
    await terminal.type(':diff\r');
    await terminal.waitFor(/output: live\ndsh n\[1-4\]>$/);
  });

  test(':timeout ends a command, :last tells how, :retry tries the failed nodes again', async () => {
    await terminal.type(':timeout 1s\rtest $(hostname) != n3 || sleep 77\r');
    await terminal.waitFor(/3 of 4 ok.*command-timeout: n3.*\nagain on those: :retry\n/);
    expect(await enter(':last')).toMatch(/n\[1-2,4\]: ok\nn3: .*1 s/);
    await terminal.type(':timeout 0\r:nodes n1\r:retry\r');
    await terminal.waitFor(/dsh n1> :retry\n1 node: n3: test .*\n/);
    await terminal.press('C-c');
    await terminal.waitFor(/cancelled: n3.*\n.*\ndsh n1>$/);
    expect(processesWith('sleep 77')).toEqual([]);
  });

  test(':fanout takes a number, unknown ones are said, :help lists them all', async () => {
    expect(await enter(':fanout 1')).toContain('at most 1 at a time');
    expect(await enter(':fanout x')).toContain('not a number of nodes');
    expect(await enter(':gathr')).toContain("did you mean 'gather'?");
    const help = await enter(':help');
    for (const name of ['!COMMAND', ':nodes', ':timeout', ':quit']) expect(help).toContain(name);
    await terminal.type(':quit\r');
    expect(await terminal.ended()).toBe(0);
  });
});

describe('Ctrl-C', () => {
  test('ends the running command on the nodes, and what was typed ahead, not the prompt', async () => {
    await terminal.type('sleep 7654\r');
    await terminal.waitFor(/4 running/);
    await terminal.type('echo ahead\r');
    await terminal.press('C-c');
    const screen = await terminal.waitFor(/cancelled: n\[1-4\].*\n.*\ndsh n\[1-4\]>$/);
    expect(screen).not.toContain('ahead');
    expect(screen).not.toMatch(/running · /);
    expect(processesWith('sleep 7654')).toEqual([]);
    expect(await enter('echo alive')).toContain('n4: alive');
  });

  test('drops the line being typed', async () => {
    await terminal.type('rm -rf everything');
    await terminal.press('C-c');
    await terminal.type('echo fresh\r');
    await terminal.waitFor(/everything\^C\ndsh n\[1-4\]> echo fresh\n(.*\n)*4 of 4 ok/);
  });
});

test('Ctrl-Z stops the job, at the prompt and while a command runs, and fg goes on with it', async () => {
  await using shell = await place.shell();
  await shell.type('dsh -w n1\r');
  await shell.waitFor(/dsh n1>$/);
  await shell.type('echo ty');
  await shell.press('C-z');
  await shell.waitFor(/Stopped.*\n(.*\n)*shell\$$/);
  await shell.type('fg\r');
  await shell.waitFor(/dsh n1> echo ty$/);
  await shell.type('ped; sleep 1; echo done\r');
  await shell.waitFor(/n1: typed$/m);
  await shell.press('C-z');
  await shell.waitFor(/Stopped[^]*Stopped.*\n(.*\n)*shell\$$/);
  await shell.type('fg\r');
  await shell.waitFor(/n1: done\n1 ok.*\ndsh n1>$/);
});

describe('!command', () => {
  test('has the terminal to itself, Ctrl-C included', async () => {
    await terminal.type('!cat\r');
    await terminal.waitFor(/!cat$/);
    expect(await terminal.settings()).toMatch(/(?<!-)icanon/);
    await terminal.type('to cat\r');
    await terminal.waitFor(/to cat\nto cat/);
    await terminal.press('C-c');
    await terminal.waitFor(/to cat\n\^C\ndsh n\[1-4\]>$/);
    expect(await enter('echo back')).toContain('n1: back');
  });

  test('that leaves its line unfinished keeps it', async () => {
    await terminal.type('!printf unfinished\r');
    await terminal.waitFor(/^unfinished\ndsh n\[1-4\]>$/m);
  });
});

describe('connections', () => {
  test('are kept between commands, and used for completion as well', async () => {
    await enter('echo one');
    const kept = connectionsTo(lab.port);
    expect(kept).toHaveLength(4);
    await enter('echo two');
    await terminal.type('cat /etc/hostna\t\r');
    await terminal.waitFor(/cat \/etc\/hostname\n(.*\n)*4 of 4 ok/);
    expect(connectionsTo(lab.port)).toEqual(kept);
  });

  test('to a node that died are told, and made anew when it is back', async () => {
    await enter('echo one');
    await lab.fault('n2', { kind: 'kill' });
    expect(await enter('echo two')).toMatch(/3 of 4 ok .* unreachable: n2/);
    await lab.fault('n2', { kind: 'reboot' });
    expect(await enter('echo three')).toContain('n2: three');
  });
});

describe('the terminal', () => {
  test('is as it was when the prompt ends by Ctrl-D', async () => {
    await terminal.press('C-d');
    expect(await terminal.ended()).toBe(0);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is given back on %s, and remote processes are ended', async (signal, code) => {
    await using shell = await place.shell();
    await shell.type("dsh -w 'n[1-4]'\r");
    await shell.waitFor(/dsh n\[1-4\]>$/);
    expect(await shell.settings()).toContain('-icanon');
    await shell.type('sleep 8765\r');
    await shell.waitFor(/4 running/);
    const [line = ''] = processesWith('dsh.js -w n[1-4]');
    process.kill(Number.parseInt(line, 10), signal);
    await shell.waitFor(/shell\$$/);
    await shell.type('echo "code $?"; stty -a\r');
    await shell.waitFor(new RegExp(`^code ${code}$`, 'm'));
    expect(processesWith('sleep 8765')).toEqual([]);
    await shell.waitFor(/ icanon .* echo /);
  });

  test('may change its size', async () => {
    await terminal.resize(40, 20);
    await terminal.type('echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    await terminal.press('C-a', 'Delete');
    await terminal.type('e');
    await terminal.resize(90, 20);
    await terminal.press('Enter');
    expect(await terminal.waitFor(/4 of 4 ok/)).toMatch(/n3: a{50}$/m);
  });
});
