// The real supervisor under the shells of nodes, with engines that behave as told.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSpoolEvent, type SpoolEvent } from '../src/node/spool-event.ts';
import { stopScript } from '../src/node/stop-script.ts';
import { supervisorScript } from '../src/node/supervisor-script.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'supervisor-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true, maxRetries: 10 }));

const shells = [['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(
  ([program = '']) => existsSync(`/usr/bin/${program}`) || existsSync(`/bin/${program}`),
);

/** A run's folder; `march` is this shell text. */
function prepare(run: string, march: string, phases: readonly string[], evidence = ''): string {
  const folder = join(base, 'runs', run, 'n1');
  mkdirSync(folder, { recursive: true });
  const engine = join(base, `march-${run}`);
  writeFileSync(engine, `#!/bin/sh\n${march}\n`);
  chmodSync(engine, 0o755);
  const spec = ['run', 'march', 'every', 'shared', 'base', 'node'].map(
    (name, at) => `set ${name} ${[run, engine, '60', 'no', base, 'n1'][at]}`,
  );
  writeFileSync(join(folder, 'spec'), [...spec, ...phases, ''].join('\n'));
  writeFileSync(join(folder, 'supervisor'), supervisorScript);
  writeFileSync(join(folder, 'evidence'), evidence);
  return folder;
}

function supervise([program = 'sh', ...args]: readonly string[], folder: string) {
  const child = spawn(program, [...args, join(folder, 'supervisor'), folder], { stdio: 'ignore' });
  return { child, ended: once(child, 'exit') };
}

function eventsIn(folder: string): readonly SpoolEvent[] {
  const path = join(folder, 'events.ndjson');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => parseSpoolEvent(line) ?? []);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

const kinds = (folder: string) => eventsIn(folder).map(({ event }) => event);

describe.each(shells)('the supervisor under %s', (...shell) => {
  it('runs its phases one after the other, and keeps what each engine said and how it ended', async () => {
    const folder = prepare(
      'r1',
      'echo "said $*"; echo oh >&2; exit 5',
      ['phase one march 10 --a', 'phase two march 10 --b'],
      'echo "{\\"mode\\":\\"$1\\"}"',
    );
    await supervise(shell, folder).ended;
    expect(kinds(folder)).toEqual([
      'start',
      'phase-start',
      'process',
      'phase-end',
      'phase-start',
      'process',
      'phase-end',
      'end',
    ]);
    expect(eventsIn(folder).filter((event) => event.event === 'process')).toMatchObject([
      { file: '1.march', code: 5, phase: 'one' },
      { file: '2.march', code: 5, phase: 'two' },
    ]);
    expect(readFileSync(join(folder, '2.march.out'), 'utf8')).toBe('said --spool 2.march.out --b\n');
    expect(readFileSync(join(folder, '2.march.err'), 'utf8')).toBe('oh\n');
    expect(readFileSync(join(folder, 'rc'), 'utf8')).toBe('complete\n');
    expect(readFileSync(join(folder, 'evidence.ndjson'), 'utf8')).toBe('{"mode":"full"}\n{"mode":"full"}\n');
    expect(new Set(eventsIn(folder).map(({ bootId }) => bootId))).toEqual(
      new Set([readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()]),
    );
  });

  it('ends an engine whose time is over, and goes on with the next phase', async () => {
    const folder = prepare('r1', 'case $* in *--long*) exec sleep 600 ;; esac', [
      'phase one march 1 --long',
      'phase two march 10',
    ]);
    await supervise(shell, folder).ended;
    expect(eventsIn(folder).filter((event) => event.event === 'phase-end')).toMatchObject([
      { ending: 'time' },
      { ending: 'complete' },
    ]);
    expect(readFileSync(join(folder, 'rc'), 'utf8')).toBe('complete\n');
  });

  it('ends at the word of the stop script, and says which phases never began', async () => {
    const folder = prepare('r1', 'exec sleep 600', ['phase one march 0', 'phase two march 0']);
    const { ended } = supervise(shell, folder);
    await until(() => kinds(folder).includes('phase-start'));
    const [program = 'sh', ...args] = shell;
    expect(execFileSync(program, [...args, '-c', stopScript, 'stop', folder], { encoding: 'utf8' })).toBe(
      '\nheorot-stop stopped\n',
    );
    await ended;
    expect(kinds(folder)).toEqual(['start', 'phase-start', 'process', 'phase-end', 'phase-skipped', 'end']);
    expect(eventsIn(folder).at(-1)).toMatchObject({ outcome: 'stopped', by: 'asked' });
    expect(execFileSync(program, [...args, '-c', stopScript, 'stop', folder], { encoding: 'utf8' })).toBe(
      '\nheorot-stop over\n',
    );
  });

  it('ends its engines when the system ends it, and tells a signal from a wish', async () => {
    const folder = prepare('r1', 'exec sleep 600', ['phase one march 0']);
    const { child, ended } = supervise(shell, folder);
    await until(() => kinds(folder).includes('phase-start'));
    child.kill('SIGTERM');
    await ended;
    expect(eventsIn(folder).at(-1)).toMatchObject({ event: 'end', outcome: 'stopped', by: 'signal' });
  });

  it('does not run twice, and not beside another run, whose lock a dead process does not hold', async () => {
    const first = prepare('r1', 'exec sleep 600', ['phase one march 0']);
    const running = supervise(shell, first);
    await until(() => kinds(first).includes('phase-start'));
    await supervise(shell, first).ended;
    expect(kinds(first).filter((kind) => kind === 'start')).toHaveLength(1);

    const second = prepare('r2', 'exit 0', ['phase one march 0']);
    await supervise(shell, second).ended;
    expect(readFileSync(join(second, 'rc'), 'utf8')).toBe('busy\n');
    expect(readFileSync(join(second, 'events.ndjson'), 'utf8')).toContain('"outcome":"busy","run":"r1"');

    running.child.kill('SIGKILL');
    await running.ended;
    const third = prepare('r3', 'exit 0', ['phase one march 0']);
    await supervise(shell, third).ended;
    expect(readFileSync(join(third, 'rc'), 'utf8')).toBe('complete\n');
    execFileSync('sh', [
      '-c',
      `for p in /proc/[0-9]*; do case $(readlink $p/cwd) in ${base}/*) kill -9 "\${p##*/}" ;; esac; done 2>/dev/null; true`,
    ]);
  });

  it('says why an engine could not be started', async () => {
    const folder = prepare('r1', 'echo \'{"plannedBytes":0}\'', ['phase one memtester 10 95% 1']);
    await supervise(shell, folder).ended;
    expect(eventsIn(folder).find((event) => event.event === 'phase-end')).toMatchObject({
      ending: 'failed',
      problem: expect.stringMatching(/not installed|no memory may be taken/),
    });
  });
});

it('lines that a crash or a full disk has torn are no events', () => {
  expect(parseSpoolEvent('{"event":"end","at":"2026-')).toBe(null);
  expect(parseSpoolEvent('{"event":"end","at":"x","uptime":1,"bootId":"b","phase":"-"}')).toBe(null);
  expect(parseSpoolEvent('')).toBe(null);
});
