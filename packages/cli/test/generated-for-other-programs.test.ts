// What we write for zsh, fish and man is judged by them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderCompletion } from '../src/completion/render-completion.ts';
import { renderManPage } from '../src/reference/man-page.ts';
import { remoteTool, verbTool } from '../src/testing/sample-tool.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-generated-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const tools = [remoteTool, verbTool].map((tool) => [tool.name, tool] as const);

it.each(tools)('groff and mandoc have nothing to say about %s.1', (name, tool) => {
  const file = join(folder, `${name}.1`);
  writeFileSync(file, renderManPage(tool, { version: '1' }));
  const man = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', file], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '80' },
  });
  expect([man.status, man.stderr]).toEqual([0, '']);
  const lint = spawnSync('mandoc', ['-Tlint', '-W', 'warning', file], { encoding: 'utf8' });
  // No date: the page is the same from every build.
  expect(lint.stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
});

it.each(tools)('zsh and fish can read the completion of %s', (name, tool) => {
  for (const shell of ['zsh', 'fish'] as const) {
    const file = join(folder, `${name}.${shell}`);
    writeFileSync(file, renderCompletion(tool, shell));
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect([shell, status, stderr]).toEqual([shell, 0, '']);
  }
});

it.each([
  ['verbs ', ['fold', 'lab']],
  ['verbs lab ', ['down', 'up']],
  ['verbs fold --format ', ['json', 'text']],
  ['verbs fold --au', ['--autostep']],
  ['sample --color ', ['always', 'auto', 'never']],
])('fish completes %j', (line, words) => {
  const [name = ''] = line.split(' ', 1);
  const tool = name === 'verbs' ? verbTool : remoteTool;
  const script = `function ${name}; end\n${renderCompletion(tool, 'fish')}\ncomplete -C ${JSON.stringify(line)}`;
  const out = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
  expect(
    out
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => each.replace(/\t.*/, ''))
      .toSorted(),
  ).toEqual(words);
});
