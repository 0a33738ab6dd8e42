// Every example that --help, man page and reference give is typed into a rehearsal cluster: none may be refused.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool as dsh } from '@heorot/dsh';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { tool as nodes } from '@heorot/nodes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from '../src/demo/stage.ts';
import { bins } from './built-bins.ts';

let lab: EmbeddedLab;
let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-examples-'));
  lab = await startEmbeddedLab({ folder, nodes: 8 });
  stage = await setStage(lab, bins, { ...process.env, NO_COLOR: '1' });
  // What examples speak of: files to copy and to import, a run to retry and to show.
  await type('echo data > app.conf; mkdir -p site && echo x > site/page; printf "echo hello\\n" > check.sh');
  await type('printf "[compute]\\nn1\\nn2\\n" > inventory.ini; echo secret > password && chmod 600 password');
  await type('printf "n1: a\\nn2: b\\n" > answers.txt; dsh -a cat scratch.mount');
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe.each([dsh, nodes])('$name', (tool) => {
  for (const [verb, { examples, flags }] of Object.entries(tool.verbs)) {
    const typed = [
      ...examples.map(({ command }) => command),
      ...Object.values(flags).flatMap(({ example }) => example ?? []),
    ];
    test.each([...new Set(typed)])(`${verb} %s`, async (command) => {
      const { code, output } = await type(command);
      // A command may fail on a node of the lab, which differ on purpose; it may not be refused or break.
      expect([0, 1, 4], `${command}\n${output}`).toContain(code);
    });
  }
});

test.each([dsh, nodes])('$name: every flag of its own has an example', (tool) => {
  const shared = new Set([
    'color',
    'json',
    'ndjson',
    'quiet',
    'verbose',
    'debug',
    'nodes',
    'group',
    'all',
    'exclude',
  ]);
  const lacking = Object.entries(tool.verbs).flatMap(([verb, { flags, examples }]) =>
    Object.entries(flags)
      .filter(([name, flag]) => !shared.has(name) && flag.hidden !== true && flag.example === undefined)
      .filter(([name]) => !examples.some(({ command }) => command.includes(`--${name}`)))
      .map(([name]) => `${verb} --${name}`),
  );
  expect(lacking).toEqual([]);
});

function type(command: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd: stage.desk, env: stage.env, timeout: 60_000 };
    const child = execFile('/bin/sh', ['-c', `{ ${command}\n} 2>&1`], options, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout }),
    );
    child.stdin?.end();
  });
}
