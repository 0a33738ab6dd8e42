// Runs the script in a real bash, as readline would: COMP_WORDS broken at COMP_WORDBREAKS.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { remoteTool, verbTool } from '../testing/sample-tool.ts';
import { renderCompletion } from './render-completion.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-completion-'));
  for (const tool of [remoteTool, verbTool]) {
    // Answers a live question with the question, so that a test sees what was asked.
    writeFileSync(join(folder, tool.name), '#!/bin/sh\necho "$3<$2>"\n');
    chmodSync(join(folder, tool.name), 0o755);
    writeFileSync(join(folder, `${tool.name}.bash`), renderCompletion(tool, 'bash'));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function complete(line: string): string[] {
  const [tool = ''] = line.split(' ', 1);
  const script = `source "$1/${tool}.bash"; COMP_LINE=$2 COMP_POINT=\${#2}; _${tool}_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const run = `COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:@'; ${script}`;
  const out = execFileSync('bash', ['--norc', '-c', run, 'bash', folder, line], {
    env: environment,
    encoding: 'utf8',
    cwd: folder,
  });
  // Readline shows each once.
  return [...new Set(out.split('\n').filter((word) => word !== ''))];
}

it.each([
  ['sample --co', ['--connect-timeout', '--command-timeout', '--color']],
  ['sample --no-', ['--no-gather']],
  ['sample --color ', ['auto', 'always', 'never']],
  ['sample --color=al', ['always']],
  ['sample -w n', ['n<nodes>']],
  ['sample -w n1,n', ['n1,n<nodes>']],
  ['sample -w n1,@co', ['@co<nodes>']],
  ['sample --nodes=@co', ['@co<nodes>']],
  ['sample -w @racks:r', ['r<nodes>']],
  ['sample -g comp', ['comp<groups>']],
  ['sample -w n1 unam', ['uname']],
  ['sample --cluster sample.b', ['sample.bash']],
  ['sample -w n1 ls --co', []],
  ['sample -w n1 cat verbs.b', ['verbs.bash']],
  ['sample --sec', []],
  ['verbs ', ['fold', 'lab']],
  ['verbs fo', ['fold']],
  ['verbs lab ', ['up', 'down']],
  ['verbs fold --au', ['--autostep']],
  ['verbs fold --format ', ['text', 'json']],
  ['verbs fold n1 n', ['n<nodes>']],
])('%s<Tab> offers %j', (line, words) => {
  expect(complete(line)).toEqual(words);
});
