// `heorot install` end to end: what it puts under a prefix is found by shells and by man.
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolNames } from '../src/tools.ts';
import { bins, root } from './built-bins.ts';

let folder: string;
let prefix: string;
let installed: SpawnSyncReturns<string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-installed-'));
  prefix = join(folder, 'prefix');
  installed = spawnSync(process.execPath, [join(bins, 'heorot.js'), 'install', '--prefix', prefix], {
    encoding: 'utf8',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tools = toolNames;

test('it says what is still to do', () => {
  expect(installed.stderr).toBe(
    `installed; add it to the PATH: export PATH="${join(prefix, 'bin')}:$PATH"\n`,
  );
  expect(installed.status).toBe(0);
});

test.each(tools)('%s runs from there, by name alone', (tool) => {
  const env = { PATH: `${join(prefix, 'bin')}:/usr/bin:/bin`, HOME: folder };
  expect(execFileSync(tool, ['--version'], { env, cwd: folder, encoding: 'utf8' })).toMatch(
    new RegExp(`^${tool} \\d`),
  );
});

test.each(tools)('%s has a man page without warnings that fits 80 columns', (tool) => {
  const page = join(prefix, 'share/man/man1', `${tool}.1`);
  const env = { PATH: process.env['PATH'], MANWIDTH: '80', LANG: 'C.UTF-8', MANOPT: '--no-justification' };
  const man = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page], {
    encoding: 'utf8',
    env,
  });
  expect([man.status, man.stderr]).toEqual([0, '']);
  const plain = stripVTControlCharacters(man.stdout.replaceAll(/.[\b]/g, ''));
  expect(plain).toContain('EXIT STATUS');
  expect(plain.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const groff = spawnSync('groff', ['-man', '-ww', '-z', page], { encoding: 'utf8' });
  expect([groff.status, groff.stderr]).toEqual([0, '']);
});

test('man finds the pages by name where the bin folder is on the PATH', () => {
  const env = { PATH: `${join(prefix, 'bin')}:/usr/bin:/bin`, LANG: 'C.UTF-8' };
  for (const tool of tools) {
    expect(execFileSync('man', ['-w', tool], { env, encoding: 'utf8' })).toBe(
      `${realpathSync(join(prefix, 'share/man/man1', `${tool}.1`))}\n`,
    );
  }
});

test('from the checkout, ./heorot install does the same', () => {
  const env = { PATH: process.env['PATH'], HOME: folder };
  const written = execFileSync(join(root, 'heorot'), ['install', '--prefix', join(folder, 'again')], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(written).toContain(`${join(folder, 'again/bin/dsh')}\n`);
});
