// Copies to and from real SSH servers in this process: every name, mode and time, and what goes wrong on the way.
import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CopyEvent, CopyRun } from '../engine/fanout.ts';
import type { RunSummary } from '../model/event.ts';
import { openTestFanout, openTestLab, type TestLab } from '../testing/lab-targets.ts';

let lab: TestLab;
let source: string;
beforeAll(async () => {
  lab = await openTestLab({ nodes: 3 });
  source = join(lab.folder, 'source');
  await makeTree(source);
});
afterAll(() => lab[Symbol.asyncDispose]());

const options = { schedule: { fanout: 64 } };
const home = (node: string) => lab.lab.nodes.find(({ name }) => name === node)?.home ?? '';

describe('copy', () => {
  it('puts a tree on every node as it is: any name, modes, times, links', async () => {
    await using fanout = openTestFanout();
    const { summary, files } = await follow(fanout.copy(lab.targets, [source], 'all/of it', options));
    expect(summary.results.map(({ outcome }) => outcome.kind)).toEqual(['ok', 'ok', 'ok']);
    expect(files('n1').every(({ how }) => how === 'sent')).toBe(true);
    const expected = await describeTree(source);
    for (const { name } of lab.lab.nodes) {
      expect(await describeTree(join(home(name), 'all/of it/source'))).toEqual(expected);
      expect(await readdir(join(home(name), 'all/of it'))).toEqual(['source']);
    }
  });

  it('sends nothing that is there already, but puts modes and times right', async () => {
    await using fanout = openTestFanout();
    const target = lab.targets.slice(0, 1);
    await follow(fanout.copy(target, [source], 'again', options));
    await chmod(join(home('n1'), 'again/source/plain'), 0o600);
    const { files } = await follow(fanout.copy(target, [source], 'again', options));
    const sent = files('n1')
      .filter(({ how }) => how !== 'unchanged')
      .map(({ path }) => path);
    // Names that digest tools escape are sent again rather than compared.
    expect(sent).toEqual(['source/back\\slash', 'source/line\nbreak\n']);
    expect(await describeTree(join(home('n1'), 'again/source'))).toEqual(await describeTree(source));
  });

  it('goes on from what an interrupted copy left, if that is right', async () => {
    await using fanout = openTestFanout();
    const folder = join(home('n1'), 'resumed');
    const big = join(source, 'large');
    await interrupt(folder, big, 1_500_000);
    const first = await follow(fanout.copy(lab.targets.slice(0, 1), [big], 'resumed', options));
    expect(first.files('n1').map(({ how }) => how)).toEqual(['resumed']);
    expect((await readFile(join(folder, 'large'))).equals(await readFile(big))).toBe(true);
    expect(await readdir(folder)).toEqual(['large']);

    await interrupt(folder, big, 1_500_000);
    const [part = ''] = (await readdir(folder)).filter((name) => name.endsWith('.part'));
    await writeFile(join(folder, part), Buffer.alloc(1_500_000, 'not what it was'));
    const second = await follow(fanout.copy(lab.targets.slice(0, 1), [big], 'resumed', options));
    expect(second.files('n1').map(({ how }) => how)).toEqual(['sent']);
    expect((await readFile(join(folder, 'large'))).equals(await readFile(big))).toBe(true);
  });

  it('works for nodes that share a file system', async () => {
    await using fanout = openTestFanout();
    const shared = join(lab.folder, 'shared');
    const { summary } = await follow(fanout.copy(lab.targets, [source], shared, options));
    expect(summary.results.map(({ outcome }) => outcome.kind)).toEqual(['ok', 'ok', 'ok']);
    expect(await describeTree(join(shared, 'source'))).toEqual(await describeTree(source));
    expect(await readdir(shared)).toEqual(['source']);
  });

  it('keeps links to folders that are on the node, and puts files behind them', async () => {
    await using fanout = openTestFanout();
    await mkdir(join(home('n2'), 'linked/elsewhere'), { recursive: true });
    await mkdir(join(home('n2'), 'linked/source'));
    await symlink('../elsewhere', join(home('n2'), 'linked/source/sub'));
    await follow(fanout.copy(lab.targets.slice(1, 2), [source], 'linked', options));
    expect(await readlink(join(home('n2'), 'linked/source/sub'))).toBe('../elsewhere');
    expect(await readdir(join(home('n2'), 'linked/elsewhere'))).toContain('f1');
  });

  it('says why, and leaves nothing half-written, where a folder is in the way', async () => {
    await using fanout = openTestFanout();
    await mkdir(join(home('n3'), 'blocked/large'), { recursive: true });
    await mkdir(join(home('n3'), 'blocked/plain'), { recursive: true });
    const sources = [join(source, 'large')];
    const large = await follow(fanout.copy(lab.targets, sources, 'blocked', options));
    expect(large.outcomes()).toEqual({ n1: 'ok', n2: 'ok', n3: 'exit' });
    expect(large.notes('n3').join()).toContain('is a folder on the node');
    const small = await follow(fanout.copy(lab.targets, [join(source, 'plain')], 'blocked', options));
    expect(small.outcomes()).toEqual({ n1: 'ok', n2: 'ok', n3: 'exit' });
    expect(small.notes('n3').join()).toContain('plain');
    expect((await readdir(join(home('n3'), 'blocked'))).sort()).toEqual(['large', 'plain']);
  });

  it('refuses sources that are not there before anything is connected', async () => {
    await using fanout = openTestFanout();
    await expect(fanout.copy(lab.targets, ['/no/such/file'], 'x', options).summary).rejects.toThrow(
      'cannot be read',
    );
  });

  it('ends at once when it is stopped', async () => {
    await using fanout = openTestFanout();
    const huge = join(lab.folder, 'huge');
    await writeFile(huge, '');
    await truncate(huge, 20_000_000_000);
    const stop = new AbortController();
    const run = fanout.copy(lab.targets, [huge], 'stopped', { ...options, signal: stop.signal });
    let unfinished: ReturnType<CopyRun['unfinished']> = [];
    for await (const event of run) {
      if (event.kind !== 'progress' || stop.signal.aborted) continue;
      unfinished = run.unfinished();
      expect(unfinished).toContainEqual({ node: event.node, state: 'running' });
      stop.abort();
    }
    expect(unfinished.map(({ node }) => node).toSorted()).toEqual(['n1', 'n2', 'n3']);
    expect(run.unfinished()).toEqual([]);
    const { results } = await run.summary;
    expect(results.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'cancelled', reason: 'interrupted', cleanup: 'ended' })),
    );
  });
});

describe('fetch', () => {
  it('brings a tree of every node into a folder of its own, as it is', async () => {
    await using fanout = openTestFanout();
    const got = join(lab.folder, 'got');
    const { summary } = await follow(fanout.fetch(lab.targets, [source], got, options));
    expect(summary.results.map(({ outcome }) => outcome.kind)).toEqual(['ok', 'ok', 'ok']);
    const expected = await describeTree(source);
    for (const node of ['n1', 'n2', 'n3'])
      expect(await describeTree(join(got, node, 'source'))).toEqual(expected);
    const again = await follow(fanout.fetch(lab.targets, [`${source}/`], got, options));
    expect(again.files('n2').every(({ how }) => how === 'unchanged')).toBe(true);
  });

  it('follows a link that is asked for by name', async () => {
    await using fanout = openTestFanout();
    await symlink('source/plain', join(lab.folder, 'to-plain'));
    const got = join(lab.folder, 'followed');
    await follow(fanout.fetch(lab.targets.slice(0, 1), [join(lab.folder, 'to-plain')], got, options));
    expect(await readFile(join(got, 'n1/to-plain'), 'utf8')).toBe('plain text\n');
  });

  it('goes on from what an interrupted fetch left', async () => {
    await using fanout = openTestFanout();
    const got = join(lab.folder, 'part-way');
    const target = lab.targets.slice(0, 1);
    const large = join(source, 'large');
    const stop = new AbortController();
    const run = fanout.fetch(target, [large], got, { ...options, signal: stop.signal });
    for await (const event of run) if (event.kind === 'progress') stop.abort();
    const kept = (await readdir(join(got, 'n1'))).filter((name) => name.endsWith('.part'));
    const { files } = await follow(fanout.fetch(target, [large], got, options));
    expect(files('n1').map(({ how }) => how)).toEqual([kept.length === 1 ? 'resumed' : 'sent']);
    expect((await readFile(join(got, 'n1/large'))).equals(await readFile(large))).toBe(true);
    expect(await readdir(join(got, 'n1'))).toEqual(['large']);
  });

  it('does not write through a link that is in its way', async () => {
    await using fanout = openTestFanout();
    const got = join(lab.folder, 'trap');
    const outside = join(lab.folder, 'outside');
    await mkdir(join(got, 'n1'), { recursive: true });
    await mkdir(outside);
    await symlink(outside, join(got, 'n1/source'));
    const run = fanout.fetch(lab.targets.slice(0, 1), [source], got, options);
    await expect(run.summary).rejects.toThrow('it is something else');
    expect(await readdir(outside)).toEqual([]);
  });

  it('tells which nodes do not have it, and leaves no folder for them but one that was there', async () => {
    await using fanout = openTestFanout();
    await writeFile(join(home('n2'), 'only-here'), 'x');
    const got = join(lab.folder, 'some');
    await mkdir(join(got, 'n3'), { recursive: true });
    const run = await follow(fanout.fetch(lab.targets, ['only-here'], got, options));
    expect(run.outcomes()).toEqual({ n1: 'exit', n2: 'ok', n3: 'exit' });
    expect(run.notes('n1').join()).toContain('No such file');
    expect((await readdir(got)).toSorted()).toEqual(['n2', 'n3']);
  });
});

interface Followed {
  readonly summary: RunSummary;
  readonly files: (node: string) => Extract<CopyEvent, { kind: 'file' }>[];
  readonly notes: (node: string) => string[];
  readonly outcomes: () => Record<string, string>;
}

async function follow(run: CopyRun): Promise<Followed> {
  const events: CopyEvent[] = [];
  for await (const event of run) events.push(event);
  const summary = await run.summary;
  return {
    summary,
    files: (node) => events.filter((event) => event.kind === 'file').filter((event) => event.node === node),
    notes: (node) =>
      events
        .filter((event) => event.kind === 'note')
        .filter((event) => event.node === node)
        .map(({ text }) => text),
    outcomes: () => Object.fromEntries(summary.results.map(({ node, outcome }) => [node, outcome.kind])),
  };
}

/** Leaves a part as a copy that was cut after so many bytes does. */
async function interrupt(folder: string, file: string, bytes: number): Promise<void> {
  execFileSync('rm', ['-rf', folder]);
  await using fanout = openTestFanout();
  const grown = join(lab.folder, 'large');
  const content = await readFile(file);
  await writeFile(grown, content);
  const { mtime } = await stat(file);
  await utimes(grown, mtime, mtime);
  const stop = new AbortController();
  const run = fanout.copy(lab.targets.slice(0, 1), [grown], 'resumed', { ...options, signal: stop.signal });
  for await (const event of run) if (event.kind === 'progress') stop.abort();
  const parts = (await readdir(folder)).filter((name) => name.endsWith('.part'));
  // Whatever the pipe had passed on: to a known length.
  const [part = 'large'] = parts;
  await truncate(join(folder, part), 0);
  await appendFile(join(folder, part), content.subarray(0, bytes));
}

async function makeTree(folder: string): Promise<void> {
  await mkdir(join(folder, 'sub/empty'), { recursive: true });
  await writeFile(join(folder, 'plain'), 'plain text\n');
  await writeFile(join(folder, '-dash'), 'dash');
  await writeFile(join(folder, 'back\\slash'), 'backslash');
  await writeFile(join(folder, 'line\nbreak\n'), 'line break');
  await writeFile(join(folder, 'quote \' " $(id) `id` * ?'), 'quotes');
  await writeFile(join(folder, `long-${'n'.repeat(180)}`), 'long name');
  await writeFile(
    Buffer.concat([Buffer.from(join(folder, 'broken-')), Buffer.from([0xff, 0x80])]),
    'no UTF-8',
  );
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'set-id'), 'x');
  await chmod(join(folder, 'set-id'), 0o4711);
  await writeFile(
    join(folder, 'large'),
    Buffer.alloc(30_000_000, 'some content that is not all the same 0123456789'),
  );
  for (let index = 1; index <= 50; index += 1)
    await writeFile(join(folder, 'sub', `f${index}`), `file ${index}\n`);
  await symlink('../plain', join(folder, 'sub/link'));
  await symlink(`nowhere/${'x'.repeat(150)}`, join(folder, 'dangling'));
  execFileSync('ln', [join(folder, 'sub/f1'), join(folder, 'sub/second-name')]);
  await utimes(join(folder, 'plain'), 1_000_000_000, 1_000_000_000);
  await utimes(join(folder, 'sub/empty'), 1_100_000_000, 1_100_000_000);
  await chmod(join(folder, 'sub'), 0o750);
  await utimes(join(folder, 'sub'), 1_200_000_000, 1_200_000_000);
}

/** Every path with its type, mode, time in seconds, and content or link target. */
async function describeTree(folder: string): Promise<string[]> {
  const lines: string[] = [];
  const paths = execFileSync('find', ['.', '-print0'], { cwd: folder })
    .toString('latin1')
    .split('\0')
    .slice(0, -1)
    .sort();
  for (const path of paths) {
    const full = Buffer.from(`${Buffer.from(folder).toString('latin1')}/${path}`, 'latin1');
    const facts = await lstat(full);
    const content = facts.isSymbolicLink()
      ? await readlink(full)
      : facts.isFile()
        ? execFileSync('sha256sum', { input: await readFile(full) }).toString()
        : '';
    const time = facts.isSymbolicLink() ? '' : Math.floor(facts.mtimeMs / 1000);
    lines.push(`${path} ${facts.mode.toString(8)} ${time} ${content}`);
  }
  return lines;
}
