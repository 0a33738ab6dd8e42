// Every example that --help, man page and reference give is typed into a rehearsal cluster: none may be refused.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionFlags, outputFlags, selectionFlags } from '@heorot/cli';
import { type Lab, startEmbeddedLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from '../src/demo/stage.ts';
import { allTools } from '../src/tools.ts';
import { bins, root } from './built-bins.ts';
import { onCloneStage, setCloneStage } from './clone-stage.ts';
import { consoleBlocks } from './console-blocks.ts';

const tools = await allTools();

/** What fan-out itself does, against real sshd as well; the other tools have lab tests of their own for that. */
const typedOn = {
  embedded: new Set(['dsh', 'nodes', 'netmon', 'memtest-runner', 'clone']),
  'real sshd': new Set(['dsh', 'nodes']),
};

const labs = {
  embedded: startEmbeddedLab,
  'real sshd': startNamespacesLab,
} as const;

describe.each(['embedded', 'real sshd'] as const)('on a lab, %s:', (kind) => {
  let lab: Lab;
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heorot-examples-'));
    lab = await labs[kind]({ folder, nodes: 8 });
    stage = await setStage(lab, bins, { ...process.env, NO_COLOR: '1' });
    // What examples speak of: files to copy and to import, a run to retry and to show.
    await type(
      'echo data > app.conf; mkdir -p site && echo x > site/page; printf "echo hello\\n" > check.sh',
      stage,
    );
    await type('printf "[compute]\\nn1\\nn2\\n" > inventory.ini; echo secret > password', stage);
    await type('chmod 600 password; printf "n1: a\\nn2: b\\n" > saved.txt; dsh -a cat scratch.mount', stage);
    await type('netmon record -a -o day.netmon -i 0.2s --for 3s', stage);
    // The console of a node that boots memtest86+, as its log shows it.
    const events = ['start version=8.00 mem_mb=8192', 'pass_end pass=0 errors=0', 'done passes=1 errors=0'];
    const lines = events.map((event, at) => `MTLOG ts=${at}.0 ev=${event}`);
    await type(`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > n7.console`, stage);
    await type("printf 'rootpw --lock\\nreqpart\\npart / --size=2048 --grow\\n' > node.ks", stage);
    await type("dsh -w n[1-2] 'mkdir -p mirror'", stage);
    await setCloneStage(lab, stage, (command) => type(command, stage));
    await type("echo '/* STREAM_ARRAY_SIZE */ int main(void) { return 0; }' > stream.c", stage);
  });

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(tools.filter(({ name }) => typedOn[kind].has(name)))('$name', (tool) => {
    // Verbs share flags, and their examples: each is typed once.
    const before = new Set<string>();
    for (const [verb, { examples, flags }] of Object.entries(tool.verbs)) {
      const typed = [
        ...examples.map(({ command }) => command),
        ...Object.values(flags).flatMap(({ example }) => example ?? []),
      ];
      const fresh = [...new Set(typed)].filter((command) => !before.has(command));
      for (const command of fresh) before.add(command);
      test.each(fresh)(`${verb} %s`, async (command) => {
        const { code, output } = await type(command, stage);
        // A command may fail on a node of the lab, which differ on purpose; it may not be refused or break.
        expect([0, 1, 4], `${command}\n${output}`).toContain(code);
      });
    }
  });
});

/** Flags of all tools have their examples in docs/reference/command-line.md, which documentation.test.ts types. */
const shared = new Set(Object.keys({ ...selectionFlags, ...connectionFlags, ...outputFlags }));

test.each(tools)('$name: every flag has an example', (tool) => {
  const lacking = Object.entries(tool.verbs).flatMap(([verb, { flags, examples, hidden }]) =>
    Object.entries(flags)
      .filter(([name, flag]) => hidden !== true && flag.hidden !== true && !shared.has(name))
      .filter(([name, flag]) => {
        const spelling = new RegExp(` --${name}\\b${flag.char === undefined ? '' : `| -\\w*${flag.char}`}`);
        return flag.example === undefined && !examples.some(({ command }) => spelling.test(command));
      })
      .map(([name]) => `${verb} --${name}`),
  );
  expect(lacking).toEqual([]);
});

test('the flags that all tools share have examples on the page about them', () => {
  const page = readFileSync(join(root, 'docs/reference/command-line.md'), 'utf8');
  const typed = consoleBlocks(page).map(({ command }) => command);
  const lacking = Object.entries({ ...selectionFlags, ...connectionFlags, ...outputFlags }).filter(
    ([name, flag]) =>
      !typed.some(
        (command) => command.includes(` --${name}`) || ('char' in flag && command.includes(` -${flag.char}`)),
      ),
  );
  expect(lacking.map(([name]) => name)).toEqual([]);
});

function type(command: string, stage: Stage): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd: stage.desk, env: stage.env, timeout: 60_000 };
    const shell = onTerminal(onCloneStage(command));
    const child = execFile('/bin/sh', ['-c', `{ ${shell}\n} 2>&1`], options, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout }),
    );
    child.stdin?.end();
  });
}

/** What asks a person gets a terminal, and an answer; what fills the screen gets one as well, and is left with q. */
function onTerminal(command: string): string {
  const script = `script -qec '${command.replaceAll("'", "'\\''")}' /dev/null`;
  if (command.includes('--ask-')) return `echo secret | ${script}`;
  return /^netmon( top\b| -|$)/.test(command) ? `(sleep 1.5; printf q) | ${script}` : command;
}
