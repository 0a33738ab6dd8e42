// --tty on a real terminal: one node has it, as with ssh -t; several nodes have one each and share the screen.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, startEmbeddedLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place, processesWith } from './dsh-on-a-terminal.ts';

const labs = {
  'embedded nodes': startEmbeddedLab,
  "OpenSSH's sshd": startNamespacesLab,
} as const;

describe.each(['embedded nodes', "OpenSSH's sshd"] as const)('%s', (kind) => {
  let folder: string;
  let lab: Lab;
  let place: Place;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heorot-tty-test-'));
    lab = await labs[kind]({ folder: join(folder, 'lab'), nodes: 2 });
    place = await openPlace(lab.clusterFile);
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  test('the node sees a terminal of the same size and kind', async () => {
    await using terminal = await place.dsh(
      ['-w', 'n1', '--tty', 'tty; stty size; echo $TERM; test -t 0 -a -t 2'],
      {
        columns: 90,
        rows: 25,
      },
    );
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toMatch(/^\/dev\/pts\/\d+\n25 90\nscreen-256color\n1 ok in/m);
  });

  test('keys reach the node one by one, Ctrl-C among them, and the terminal is given back', async () => {
    await using shell = await place.shell();
    await shell.type("dsh -w n1 --tty 'stty -echo -icanon; echo ready; head -c 3 | od -An -c'\r");
    await shell.waitFor(/^ready$/m);
    await shell.type('aé');
    await shell.waitFor(/ a 303 251/);
    await shell.waitFor(/1 ok in .*\nshell\$$/);
    await shell.type('dsh -w n1 --tty cat\r');
    await shell.waitFor(/--tty cat$/);
    await shell.type('twice\r');
    await shell.waitFor(/twice\ntwice/);
    await shell.press('C-c');
    await shell.waitFor(/0 of 1 ok .*(signal|exit 130).*\n(.*\n)?shell\$$/);
    await shell.type('stty -a\r');
    await shell.waitFor(/ icanon .* echo /);
  });

  test('a window that changes its size is told', async () => {
    await using terminal = await place.dsh(
      ['-w', 'n1', '--tty', 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done'],
      { columns: 90, rows: 25 },
    );
    await terminal.waitFor(/^ready$/m);
    await terminal.resize(70, 20);
    await terminal.waitFor(/^20 70$/m);
    await terminal.press('C-c');
    await terminal.ended();
  });

  test('what the node draws is drawn: nothing is neutralised, prefixed or added', async () => {
    await using terminal = await place.dsh([
      '-w',
      'n1',
      '--tty',
      String.raw`printf 'gone\r\033[Kdrawn\r\n'; sleep 1`,
    ]);
    expect(await terminal.waitFor(/drawn/)).toBe('drawn');
    await terminal.ended();
  });

  test('~. leaves, and ends the remote processes', async () => {
    await using terminal = await place.dsh(['-w', 'n1', '--tty', 'echo ready; trap "" INT; sleep 6543']);
    await terminal.waitFor(/^ready$/m);
    await terminal.type('x\r~.');
    expect(await terminal.ended()).not.toBe(0);
    expect(processesWith('sleep 6543')).toEqual([]);
  });

  test('several nodes get a terminal each and no keys; Ctrl-C twice ends them', async () => {
    await using terminal = await place.dsh(['-a', '--tty', 'tty; sleep 5432']);
    const screen = await terminal.waitFor(/(n[12]: \/dev\/pts\/\d+\n(.*\n)*){2}.*2 running/);
    expect(screen.match(/^n[12]: \/dev\/pts\/\d+$/gm)).toHaveLength(2);
    await terminal.press('C-c');
    await terminal.waitFor(/still running: n\[1-2\]/);
    await terminal.press('C-c');
    expect(await terminal.ended()).toBe(130);
    expect(processesWith('sleep 5432')).toEqual([]);
  });

  test('with -n the keys stay here', async () => {
    await using terminal = await place.dsh(['-w', 'n1', '-n', '--tty', 'test -t 0 && sleep 1.5; echo end']);
    await terminal.waitFor(/1 running/);
    await terminal.type('here');
    await terminal.waitFor(/n1: end\n(.*\n)*1 ok/);
  });
});
