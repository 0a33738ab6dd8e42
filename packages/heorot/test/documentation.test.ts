// Every ```console block of the guide and the howtos is typed into a rehearsal cluster, and must print what the page shows.
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedLab } from '@heorot/lab';
import { describe, expect, test } from 'vitest';
import { type Stage, setStage } from '../src/demo/stage.ts';
import { bins, root } from './built-bins.ts';
import { consoleBlocks, matchesShown, type TypedCommand } from './console-blocks.ts';

const pages = globSync('docs/{guide,howto,reference}/*.md', { cwd: root }).filter(
  (page) => consoleBlocks(readFileSync(join(root, page), 'utf8')).length > 0,
);

describe('a page tells the truth', () => {
  test.each(pages)('%s', async (page) => {
    const folder = mkdtempSync(join(tmpdir(), 'heorot-docs-'));
    try {
      await using lab = await startEmbeddedLab({ folder, nodes: 8 });
      const stage = await setStage(lab, bins, { ...process.env, NO_COLOR: '1' });
      const untrue: string[] = [];
      for (const typed of consoleBlocks(readFileSync(join(root, page), 'utf8'))) {
        const { code, output } = await type(typed.command, stage);
        if (isAsShown(typed, code, output)) continue;
        untrue.push(`line ${typed.line}: ${typed.command}\nended with ${code} and printed:\n${output}`);
      }
      expect(untrue.join('\n')).toBe('');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function isAsShown(typed: TypedCommand, code: number, output: string): boolean {
  if (code !== typed.exitCode) return false;
  return typed.output === undefined || matchesShown(typed.output, output.split('\n').slice(0, -1));
}

/** Both streams in the order they were written, as a terminal would show them. */
function type(command: string, stage: Stage): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      '/bin/sh',
      ['-c', `{ ${command}\n} 2>&1`],
      { cwd: stage.desk, env: stage.env, timeout: 60_000 },
      (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout });
      },
    );
    child.stdin?.end();
  });
}
