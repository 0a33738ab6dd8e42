// Completion as a user meets it: bash, zsh and fish on a real terminal, with what `heorot install` put where they look.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type TestTerminal } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bins } from './built-bins.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-completing-'));
  const prefix = join(folder, '.local');
  execFileSync(process.execPath, [join(bins, 'heorot.js'), 'install', '--prefix', prefix], {
    stdio: 'ignore',
  });
  writeFileSync(
    join(folder, 'cluster.yaml'),
    'cluster: t\nnodes:\n  node[1-3]: {}\n  login1: {}\ngroups:\n  compute: node[1-3]\n  service: login1\n',
    { mode: 0o600 },
  );
  mkdirSync(join(folder, 'work', 'subfolder'), { recursive: true });
  writeFileSync(join(folder, 'work', 'payload.txt'), '');
  // As the bash-completion package loads them, which need not be there.
  writeFileSync(
    join(folder, 'bashrc'),
    `PS1='$ '; bind 'set show-all-if-ambiguous on' 'set bell-style none'
for file in ${prefix}/share/bash-completion/completions/*; do . "$file"; done\n`,
  );
  writeFileSync(
    join(folder, '.zshrc'),
    `PS1='$ '; unsetopt beep; fpath=(${prefix}/share/zsh/site-functions $fpath); autoload -U compinit; compinit -u\n`,
  );
  mkdirSync(join(folder, '.config', 'fish'), { recursive: true });
  writeFileSync(
    join(folder, '.config', 'fish', 'config.fish'),
    `function fish_prompt; printf '$ '; end
set -g fish_greeting
set -g fish_autosuggestion_enabled 0
set -gp fish_complete_path ${prefix}/share/fish/vendor_completions.d\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

const shells: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash', '--noprofile', '--rcfile', 'bashrc', '-i'],
  zsh: ['zsh', '-i'],
  fish: ['fish', '-i'],
};

describe.each(['bash', 'zsh', 'fish'])('%s', (name) => {
  let shell: TestTerminal;
  beforeEach(async () => {
    const command = (shells[name] ?? []).map((word) => (word === 'bashrc' ? join(folder, word) : word));
    shell = await openTerminal({
      command,
      cwd: join(folder, 'work'),
      env: {
        PATH: `${join(folder, '.local/bin')}:/usr/bin:/bin`,
        HOME: folder,
        LANG: 'C.UTF-8',
        HEOROT_CLUSTER: join(folder, 'cluster.yaml'),
      },
    });
    await shell.waitFor(/\$$/);
  });
  afterEach(() => shell[Symbol.asyncDispose]());

  test.each([
    ['a flag', 'dsh --gather-a', /\$ dsh --gather-all/],
    ['the one node of a kind', 'dsh -w log', /\$ dsh -w login1/],
    ['nodes, live', 'dsh -w no\t', /node1[^]*node[23][^]*node[23]/],
    ['behind an operator of a node set', 'dsh -w node1,log', /\$ dsh -w node1,login1/],
    ['a group', 'dsh -g co', /\$ dsh -g compute/],
    ['a group in a node set', 'dsh -w @serv', /\$ dsh -w @service/],
    ['a long flag with its value', 'dsh --nodes=log', /\$ dsh --nodes=login1/],
    ['the choices of a flag', 'dsh --color alw', /\$ dsh --color always/],
    ['a command to run', 'dsh -g compute hostnam', /hostname/],
    ['its files', 'dsh -g compute cat pay', /\$ dsh -g compute cat payload.txt/],
    ['a file for a flag', 'dsh --script pay', /\$ dsh --script payload.txt/],
    ['a folder for a flag', 'dsh --out-dir sub', /\$ dsh --out-dir subfolder/],
    ['a verb', 'nodes expa', /\$ nodes expand/],
    ['a verb of two words', 'heorot lab sta', /\$ heorot lab status/],
  ])('completes %s', async (_, typed, screen) => {
    await shell.type(`${typed}\t`);
    expect(await shell.waitFor(screen, 10_000)).toMatch(/^\$/);
    await shell.press('C-c');
  });
});
