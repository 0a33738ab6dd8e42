// The scripts of the node side as a whole.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readNodeFiles } from '../../src/bootenv/node-files.ts';

const node = join(import.meta.dirname, '../../node');
const files = (await readNodeFiles()).map(({ path }) => path).filter((path) => !path.startsWith('etc/'));

it('satisfy shellcheck', () => {
  const { status, stdout } = spawnSync('shellcheck', ['-s', 'dash', '-S', 'warning', ...files], {
    cwd: node,
  });
  expect([status, stdout.toString()]).toEqual([0, '']);
});

it.each(files)('%s is read by the shell that runs it', (file) => {
  const { status, stderr } = spawnSync('busybox', ['sh', '-n', file], { cwd: node });
  expect([status, stderr.toString()]).toEqual([0, '']);
});

it('know every line that a plan may have', () => {
  const plan = readFileSync(join(node, 'lib/heorot/plan.sh'), 'utf8');
  const steps = readFileSync(join(node, '../src/protocol/plan-step.ts'), 'utf8');
  const kinds = new Set([...steps.matchAll(/readonly kind: '(\w+)'/g)].map(([, kind]) => kind));
  const known = plan.slice(plan.indexOf('check_plan()'), plan.indexOf('*)', plan.indexOf('check_plan()')));
  expect([...kinds].filter((kind) => !new RegExp(`\\b${kind}\\b`).test(known))).toEqual([]);
});
