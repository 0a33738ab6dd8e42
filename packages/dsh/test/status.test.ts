// The live status block on a real terminal: a few rows at the foot that tear no line and are gone at the end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from './dsh-on-a-terminal.ts';

let folder: string;
let lab: EmbeddedLab;
let place: Place;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-status-test-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 64 });
  place = await openPlace(lab.clusterFile);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const text = 'lorem ipsum dolor sit amet';
/** Each node says a line at a time of its own, in two parts, and n64 comes last. */
const inTurn = `n=$(hostname); n=\${n#n}; sleep $((n % 5 / 2)).$((n % 7)); printf 'lorem ipsum '; sleep 0.$((n % 3)); echo 'dolor sit amet'; [ $n != 64 ] || sleep 2`;
const status = /^(\d+ of 64 done|longest: )/;

function statusRows(screen: string): readonly string[] {
  return screen.split('\n').filter((line) => status.test(line));
}

test('64 nodes that answer in turn: never more than 8 rows, no line torn, nothing left', async () => {
  await using terminal = await place.shell({ rows: 100, env: { COMMAND: inTurn } });
  await terminal.type('dsh -a "$COMMAND"\r');
  let most = 0;
  for (let screen = ''; !/64 of 64 ok/.test(screen); screen = await terminal.screen()) {
    const lines = screen.split('\n').filter((line) => line !== '');
    const rows = lines.length - lines.findIndex((line) => status.test(line));
    if (statusRows(screen).length > 0) most = Math.max(most, rows);
  }
  await terminal.waitFor(/shell\$$/);
  const lines = (await terminal.everything()).split('\n');
  expect(lines.at(0)).toBe('shell$ dsh -a "$COMMAND"');
  expect(lines.slice(1, -2).toSorted()).toEqual(
    lab.nodes.map(({ name }) => `${`${name}:`.padEnd(4)} ${text}`).toSorted(),
  );
  expect(lines.at(-2)).toMatch(/^64 of 64 ok in /);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(8);
});

// A terminal that wraps the block while bytes are under way to it moves it from where those bytes look for it; so the
// window becomes no narrower here than the block is.
test('in a window of 25 columns that changes its size meanwhile', async () => {
  await using terminal = await place.shell({ rows: 100, columns: 25, env: { COMMAND: inTurn } });
  await terminal.type('dsh -a "$COMMAND"\r');
  await terminal.waitFor(/^longest: .*…$/m);
  await terminal.resize(90, 100);
  await terminal.waitFor(/^longest: .* s$/m);
  await terminal.resize(40, 100);
  await terminal.waitFor(/64 of 64 ok.*\nshell\$$/);
  const screen = await terminal.everything();
  expect(statusRows(screen)).toEqual([]);
  expect(screen).not.toMatch(/running|longest/);
  for (const { name } of lab.nodes) {
    expect(screen.replaceAll(/\s+/g, ' ')).toContain(`${name}: ${text}`);
  }
});

test.each([
  ['on a dumb terminal', ['-a'], { TERM: 'dumb' }, true],
  ['with -q', ['-a', '-q'], {}, false],
])('is not drawn %s', async (_, parameters, env, hasSummary) => {
  await using terminal = await place.dsh([...parameters, 'sleep 1.5; echo end'], { rows: 100, env });
  for (let screen = ''; !/n64: end/.test(screen); screen = await terminal.screen()) {
    expect(screen).not.toMatch(/running|longest/);
  }
  await terminal.ended();
  expect(/64 of 64 ok/.test(await terminal.everything())).toBe(hasSummary);
});
