// Runs over real SSH servers in this process, and over this machine's shells.
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseHostName } from '@heorot/inventory';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../model/event.ts';
import type { Target } from '../model/target.ts';
import { gather, openTestFanout, openTestLab, type TestLab } from '../testing/lab-targets.ts';
import { shellSource } from '../testing/shell-source.ts';
import { fanoutOver } from './open-fanout.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ nodes: 8, behaviours: { n8: { startup: 'printf noise\nsleep 0.2\n' } } });
});
afterAll(() => lab[Symbol.asyncDispose]());

const schedule = { fanout: 64 };
const target = (node: string, settings = {}): Target => ({
  node,
  host: parseHostName('localhost'),
  settings,
});

describe('a run', () => {
  it('ends every node in exactly one outcome, after its start and its output', async () => {
    await using fanout = openTestFanout();
    const command = {
      text: 'hostname; echo no >&2; case $(hostname) in n3) exit 3;; n4) kill -TERM $$;; esac',
    };
    const events: RunEvent[] = [];
    const run = fanout.run([...lab.targets, target('gone', { port: 1 })], command, { schedule });
    for await (const event of run) events.push(event);
    const { results } = await run.summary;

    expect(Object.fromEntries(results.map(({ node, outcome }) => [node, outcome.kind]))).toEqual({
      n1: 'ok',
      n2: 'ok',
      n3: 'exit',
      n4: 'signal',
      n5: 'ok',
      n6: 'ok',
      n7: 'ok',
      n8: 'ok',
      gone: 'unreachable',
    });
    expect(results).toHaveLength(9);
    for (const { node } of lab.targets) {
      const kinds = events.filter((event) => event.node === node).map(({ kind }) => kind);
      expect(kinds[0]).toBe('start');
      expect(kinds.indexOf('exit')).toBe(kinds.length - 1);
    }
    const outcome = results.find(({ node }) => node === 'n3')?.outcome;
    expect(outcome).toEqual({ kind: 'exit', code: 3 });
  });

  it('passes on the noise of start-up files, and cuts only its own marker', async () => {
    await using fanout = openTestFanout();
    const { stdout } = await gather(fanout.run(lab.targets.slice(7), { text: 'echo out' }, { schedule }));
    expect(stdout.get('n8')?.toString()).toBe('noiseout\n');
  });

  it('runs a node that is given twice once, and refuses two nodes of one name', async () => {
    await using fanout = openTestFanout();
    const [first] = lab.targets;
    const twice = [...lab.targets, ...lab.targets];
    const { summary } = await gather(fanout.run(twice, { text: 'true' }, { schedule }));
    expect(summary.results).toHaveLength(8);
    const other = { ...target(first?.node ?? ''), host: parseHostName('elsewhere') };
    expect(() => fanout.run([...lab.targets, other], { text: 'true' }, { schedule })).toThrow('given twice');
  });

  it('starts nothing new after too many failures', async () => {
    await using fanout = openTestFanout();
    const command = { text: 'test $(hostname) = n1' };
    const options = { schedule: { fanout: 1, maxFailures: 1 } };
    const { summary } = await gather(fanout.run(lab.targets, command, options));
    expect(summary.results.map(({ outcome }) => outcome.kind)).toEqual([
      'ok',
      'exit',
      'exit',
      ...Array(5).fill('skipped'),
    ]);
    expect(summary.stopped).toBe('2 nodes failed, 1 allowed');
    expect(summary.interrupted).toBeUndefined();
  });

  it('starts a batch only when the one before has ended', async () => {
    await using fanout = openTestFanout();
    const order: string[] = [];
    const run = fanout.run(lab.targets, { text: 'sleep 0.1' }, { schedule: { fanout: 64, batch: 3 } });
    for await (const { kind, node } of run)
      if (kind === 'start' || kind === 'exit') order.push(`${kind} ${node}`);
    const lastOfFirst = Math.max(...['n1', 'n2', 'n3'].map((node) => order.indexOf(`exit ${node}`)));
    const firstOfSecond = Math.min(...['n4', 'n5', 'n6'].map((node) => order.indexOf(`start ${node}`)));
    expect(firstOfSecond).toBeGreaterThan(lastOfFirst);
    expect(order).toHaveLength(16);
  });

  it('lets what runs finish when it is drained', async () => {
    await using fanout = openTestFanout();
    const drain = new AbortController();
    const run = fanout.run(
      lab.targets,
      { text: 'sleep 0.3; echo done' },
      { schedule: { fanout: 2 }, drain: drain.signal },
    );
    const said: string[] = [];
    for await (const event of run) {
      if (event.kind === 'start') {
        drain.abort();
        said.push(...run.unfinished().map(({ state }) => state));
      }
    }
    const { results, stopped, interrupted } = await run.summary;
    expect(results.filter(({ outcome }) => outcome.kind === 'ok')).toHaveLength(2);
    expect(results.filter(({ outcome }) => outcome.kind === 'skipped')).toHaveLength(6);
    expect([stopped, interrupted]).toEqual(['interrupted', true]);
    expect(new Set(said)).toEqual(new Set(['connecting', 'running']));
  });

  it('stops a node at its first command that is not ok', async () => {
    await using fanout = openTestFanout();
    const commands = [{ text: 'echo 1' }, { text: 'test $(hostname) != n2' }, { text: 'echo 3' }];
    const { stdout, summary } = await gather(fanout.runEach(lab.targets.slice(0, 2), commands, { schedule }));
    expect(stdout.get('n1')?.toString()).toBe('1\n3\n');
    expect(stdout.get('n2')?.toString()).toBe('1\n');
    expect(summary.results.map(({ outcome }) => outcome.kind).sort()).toEqual(['exit', 'ok']);
  });

  it('keeps nodes waiting rather than holding what a slow reader has not read', async () => {
    await using fanout = openTestFanout();
    const command = { text: 'head -c 500000000 /dev/zero' };
    const run = fanout.run(lab.targets.slice(0, 4), command, { schedule, bufferBytes: 1_000_000 });
    let total = 0;
    let mostAhead = 0;
    for await (const event of run) {
      if (event.kind !== 'stdout') continue;
      total += event.data.length;
      if (total >= 20_000_000) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
      mostAhead = Math.max(mostAhead, process.memoryUsage().arrayBuffers);
    }
    // Of 2 GB; the servers of the lab live in this process as well, and when garbage is collected is not ours to say.
    expect(mostAhead).toBeLessThan(150_000_000);
  });

  it('loses no event when only its summary is awaited', async () => {
    await using fanout = openTestFanout();
    const { results } = await fanout.run(
      lab.targets,
      { text: 'yes | head -c 3000000' },
      { schedule, bufferBytes: 1000 },
    ).summary;
    expect(results.every(({ outcome }) => outcome.kind === 'ok')).toBe(true);
  });
});

describe('what nodes write', () => {
  it('arrives byte for byte: NUL, CR, invalid UTF-8, no final newline, text like our markers', async () => {
    await using fanout = openTestFanout(true);
    const folder = join(lab.folder, 'bytes');
    await mkdir(folder, { recursive: true });
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\0', '\r\n', '\r', '\n', `heorot-${'0'.repeat(32)} 4711\n`, 'heorot-', '\xff\xfe')
        .map((text) => Buffer.from(text, 'latin1')),
      fc.integer({ min: 1000, max: 100_000 }).map((length) => Buffer.alloc(length, 'x')),
    );
    const content = fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(content, content, async (out, err) => {
        count += 1;
        await writeFile(join(folder, `o${count}`), out);
        await writeFile(join(folder, `e${count}`), err);
        const command = { text: `cat ${folder}/o${count}; cat ${folder}/e${count} >&2` };
        const { stdout, stderr } = await gather(fanout.run(lab.targets.slice(0, 2), command, { schedule }));
        for (const node of ['n1', 'n2']) {
          expect((stdout.get(node) ?? Buffer.alloc(0)).equals(out)).toBe(true);
          expect((stderr.get(node) ?? Buffer.alloc(0)).equals(err)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('stdin', () => {
  it('reaches every node whole, those that start later too', async () => {
    await using fanout = openTestFanout();
    const input = Buffer.alloc(3_000_000, 'input of some length\n');
    const stdin = Readable.from(chunksOf(input, 70_000));
    const options = { schedule: { fanout: 3 }, stdin, bufferBytes: 400_000 };
    const { stdout } = await gather(fanout.run(lab.targets.slice(0, 7), { text: 'cat' }, options));
    expect(stdout.size).toBe(7);
    for (const output of stdout.values()) expect(output.equals(input)).toBe(true);
  });

  it('is not held up by a node that ends without reading it', async () => {
    await using fanout = openTestFanout();
    const input = Buffer.alloc(3_000_000, 'x');
    const options = { schedule, stdin: Readable.from(chunksOf(input, 60_000)), bufferBytes: 100_000 };
    const command = { text: 'test $(hostname) = n2 || wc -c' };
    const { stdout, summary } = await gather(fanout.run(lab.targets, command, options));
    expect(stdout.get('n1')?.toString().trim()).toBe('3000000');
    expect(summary.results.every(({ outcome }) => outcome.kind === 'ok')).toBe(true);
  });

  it('is closed at once when there is none', async () => {
    await using fanout = openTestFanout();
    const { stdout } = await gather(fanout.run(lab.targets.slice(0, 1), { text: 'wc -c' }, { schedule }));
    expect(stdout.get('n1')?.toString().trim()).toBe('0');
  });
});

describe('a script', () => {
  it('runs from a private folder with its arguments and its stdin, and leaves nothing behind', async () => {
    await using fanout = openTestFanout();
    const content = Buffer.from(
      '#!/bin/sh\nprintf "%s|" "$@"; cat; stat -c %a "$0" "$(dirname "$0")"; pwd\nexit 5\n',
    );
    const folder = join(lab.folder, 'tmp');
    await mkdir(folder, { recursive: true });
    const command = {
      text: `'a b' $((1 + 1))`,
      script: { name: 'it\'s "odd".sh', content },
      environment: { TMPDIR: folder },
      directory: '/usr',
    };
    const stdin = Readable.from([Buffer.from('fed\n')]);
    const { stdout, summary } = await gather(
      fanout.run(lab.targets.slice(0, 2), command, { schedule, stdin }),
    );
    expect(stdout.get('n2')?.toString()).toBe('a b|2|fed\n700\n700\n/usr\n');
    expect(summary.results.map(({ outcome }) => outcome)).toEqual([
      { kind: 'exit', code: 5 },
      { kind: 'exit', code: 5 },
    ]);
    expect(await readdir(folder)).toEqual([]);
  });
});

const shells = ['bash', 'zsh', 'tcsh', 'fish', 'busybox sh', 'bash -r'].filter((shell) =>
  existsSync(`/usr/bin/${shell.split(' ')[0]}`),
);

describe.each(shells)('with %s as the login shell', (shell) => {
  it('a command runs, fails and is fed as in any other', async () => {
    await using fanout = fanoutOver(shellSource(shell), { forwardAgent: false, keepSessions: false });
    const node = [target('here')];
    const stdin = Readable.from([Buffer.from('in\n')]);
    const { stdout, stderr, summary } = await gather(
      fanout.run(node, { text: `cat; sh -c 'echo er >&2'; exit 7` }, { schedule, stdin }),
    );
    expect((stdout.get('here')?.toString() ?? '') + (stderr.get('here')?.toString() ?? '')).toMatch(
      /^in\ner\n$/,
    );
    expect(summary.results[0]?.outcome).toEqual({ kind: 'exit', code: 7 });
  });

  it('a command that is not there says so, once', async () => {
    await using fanout = fanoutOver(shellSource(shell), { forwardAgent: false, keepSessions: false });
    const { stderr, stdout, summary } = await gather(
      fanout.run([target('here')], { text: 'no-such-program' }, { schedule }),
    );
    const words = (stderr.get('here')?.toString() ?? '') + (stdout.get('here')?.toString() ?? '');
    expect(words.match(/no-such-program/g)?.length).toBeGreaterThan(0);
    expect(words).not.toContain('heorot-');
    expect(summary.results[0]?.outcome.kind).toBe('exit');
  });

  it('its processes are ended with the run', async () => {
    await using fanout = fanoutOver(shellSource(shell), { forwardAgent: false, keepSessions: false });
    const { summary } = await gather(
      fanout.run([target('here')], { text: 'sleep 77 ; echo no' }, { schedule, commandTimeoutMs: 700 }),
    );
    expect(summary.results[0]?.outcome).toEqual({ kind: 'command-timeout', afterMs: 700, cleanup: 'ended' });
  });
});

function* chunksOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
