import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toolNames } from '../tools.ts';
import { type InstallSource, installTools } from './install-tools.ts';

let folder: string;
let source: InstallSource;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heorot o'install-"));
  const bins = join(folder, 'bins');
  const assets = join(folder, 'assets');
  mkdirSync(bins);
  for (const shell of ['bash', 'zsh', 'fish'])
    mkdirSync(join(assets, 'completion', shell), { recursive: true });
  mkdirSync(join(assets, 'man'));
  writeFileSync(join(assets, 'man', 'dsh.1'), '.TH DSH 1\n');
  writeFileSync(join(assets, 'completion', 'bash', 'dsh'), 'complete dsh\n');
  for (const tool of toolNames) {
    writeFileSync(join(bins, `${tool}.js`), `console.log('${tool}', process.argv.slice(2).join('|'))\n`);
  }
  source = { bins, assets, node: process.execPath };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('launchers run the tool with its operands untouched, whatever the folder is called', async () => {
  await installTools(source, join(folder, 'prefix'), 'dsh');
  const out = execFileSync(join(folder, 'prefix/bin/dsh'), ['-w', 'n1', 'echo  two   blanks'], {
    encoding: 'utf8',
  });
  expect(out).toBe('dsh -w|n1|echo  two   blanks\n');
});

test('man pages and completions are linked where shells look for them', async () => {
  const prefix = join(folder, 'prefix');
  await installTools(source, prefix, 'dsh');
  expect(readlinkSync(join(prefix, 'share/man/man1/dsh.1'))).toBe(join(source.assets, 'man/dsh.1'));
  expect(readFileSync(join(prefix, 'share/bash-completion/completions/dsh'), 'utf8')).toBe('complete dsh\n');
});

test('under another name dsh has its man page and a completion of that name, and none of its old one', async () => {
  const prefix = join(folder, 'prefix');
  const written = await installTools(source, prefix, 'hdsh');
  expect(written.map((path) => path.slice(prefix.length + 1))).toEqual([
    'bin/hdsh',
    ...toolNames.filter((name) => name !== 'dsh').map((name) => `bin/${name}`),
    'share/man/man1/hdsh.1',
    'share/bash-completion/completions/hdsh',
    'share/zsh/site-functions/_hdsh',
    'share/fish/vendor_completions.d/hdsh.fish',
  ]);
  expect(readFileSync(join(prefix, 'share/bash-completion/completions/hdsh'), 'utf8')).toMatch(
    /^complete -F _hdsh_complete hdsh$/m,
  );
});

test('a second installation replaces the first', async () => {
  await installTools(source, join(folder, 'prefix'), 'dsh');
  const again = await installTools(source, join(folder, 'prefix'), 'dsh');
  expect(again).toContain(join(folder, 'prefix/bin/nodes'));
});

test("another program's dsh is never replaced, and nothing else is written either", async () => {
  const prefix = join(folder, 'prefix');
  mkdirSync(join(prefix, 'bin'), { recursive: true });
  writeFileSync(join(prefix, 'bin/dsh'), '#!/bin/sh\necho Debian\n');
  await expect(installTools(source, prefix, 'dsh')).rejects.toMatchObject({
    code: 'install-taken',
    hint: 'give ours another name: --dsh-as hdsh',
  });
  expect(readFileSync(join(prefix, 'bin/dsh'), 'utf8')).toContain('Debian');
  expect(() => readFileSync(join(prefix, 'bin/nodes'))).toThrow('ENOENT');
  await installTools(source, prefix, 'hdsh');
  expect(readFileSync(join(prefix, 'bin/hdsh'), 'utf8')).toContain('dsh.js');
});
