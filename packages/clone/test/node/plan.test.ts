// What the node's own shell does with a plan before any line of it is done: the head's signature, and for whom it was made.
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { signPlan } from '../../src/protocol/plan-document.ts';

const library = join(import.meta.dirname, '../../node/lib/heorot');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519').privateKey;
const binding = { node: 'n1', mac: '52:54:00:00:00:01', deployment: '7', nonce: 'a'.repeat(32) };
const steps = 'phase check 60\nerase d1\nfinish reboot\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the node has against a plan. */
function problemOf(plan: string): string {
  writeFileSync(join(folder, 'plan'), plan);
  writeFileSync(join(folder, 'signing.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const script = `signing_key='${folder}/signing.pem' consoles=
    . ${library}/console.sh; . ${library}/words.sh; . ${library}/plan.sh
    run='${folder}' mac='${binding.mac}' nonce='${binding.nonce}'
    check_plan && echo good || echo "$plan_problem"`;
  return spawnSync('busybox', ['sh', '-c', script], { encoding: 'utf8' }).stdout.trim();
}

it('does a plan that the head has signed for this boot', () => {
  expect(problemOf(signPlan(binding, 'deploy', steps, privateKey))).toBe('good');
});

const misfit = 'the signature of the plan does not fit';
it.each([
  [
    'was changed on its way',
    () => signPlan(binding, 'deploy', steps, privateKey).replace('d1', 'd2'),
    misfit,
  ],
  ['another head has signed', () => signPlan(binding, 'deploy', steps, stranger), misfit],
  [
    'nobody has signed',
    () => signPlan(binding, 'deploy', steps, privateKey).replace(/signature .*\n/, ''),
    misfit,
  ],
  [
    'is for a neighbour',
    () => signPlan({ ...binding, mac: '52:54:00:00:00:02' }, 'deploy', steps, privateKey),
    'the plan is for another machine',
  ],
  [
    'is of an earlier boot',
    () => signPlan({ ...binding, nonce: 'b'.repeat(32) }, 'deploy', steps, privateKey),
    'the plan is for another boot',
  ],
  [
    'says what it does not know',
    () => signPlan(binding, 'deploy', `${steps}format-all\n`, privateKey),
    'the plan has a line that this boot environment does not know: format-all',
  ],
])('does nothing of a plan that %s', (_, plan, problem) => {
  expect(problemOf(plan())).toBe(problem);
});
