// What dsh says and does when nodes die, freeze, dawdle, flood, and when the disk of the head is full.
// Needs root, openssh-server and iproute2.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedLab, Fault, NamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddedPlace, namespacesPlace, type Place } from './fixtures/lab-of.ts';
import { newMark, peakMemoryMiB, processesWith } from './fixtures/processes.ts';
import { smallDisk } from './fixtures/small-disk.ts';

describe('a node with a real sshd', () => {
  let place: Place<NamespacesLab>;
  beforeAll(async () => {
    place = await namespacesPlace({ nodes: 4 });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  /** Runs a command that outlives the fault on n2; the others end well. `-t` also says how soon silence is noticed. */
  const duringCommand = async (fault: Fault, flags: readonly string[]) => {
    const command = 'echo up; test %n != n2 || sleep 600';
    const run = place.desk.start(['-a', ...flags, '--expand', command]);
    run.child.stdin?.end();
    await run.until(({ stdout }) => stdout.split('up').length === 5);
    await place.lab.fault('n2', fault);
    return run.ended;
  };
  const outputs = ['n1: up', 'n2: up', 'n3: up', 'n4: up'];

  describe.each(['ssh2', 'openssh'])('%s', (transport) => {
    const flags = ['--transport', transport];

    test('that is killed while a command runs is unreachable, and nobody else', async () => {
      const { code, stdout, stderr } = await duringCommand({ kind: 'kill' }, flags);
      try {
        expect(sorted(stdout)).toEqual(outputs);
        expect(stderr).toMatch(/^3 of 4 ok in .* · unreachable: n2 \(.*connection.*\) · may still run: n2$/m);
        expect(stderr).toMatch(/\nagain on those: dsh --retry\n$/);
        expect(code).toBe(4);
      } finally {
        await place.lab.fault('n2', { kind: 'reboot' });
      }
    });

    test('that reboots while a command runs is unreachable once, and there again', async () => {
      const { code, stderr } = await duringCommand({ kind: 'reboot' }, flags);
      expect(stderr).toMatch(/^3 of 4 ok in .* · unreachable: n2 \(/m);
      expect(code).toBe(4);
      const again = await place.desk.dsh(['--retry', 'hostname']);
      expect(again).toMatchObject({ code: 0, stdout: 'n2: n2\n' });
    });

    test.each([
      ['frozen', { kind: 'freeze' }, { kind: 'thaw' }],
      ['partitioned', { kind: 'partition' }, { kind: 'heal' }],
    ] as const)(
      'that is %s runs out of the command time, and is said to perhaps run on',
      async (_, fault, cure) => {
        const { code, stdout, stderr } = await duringCommand(fault, [...flags, '-u', '3']);
        await place.lab.fault('n2', cure);
        expect(sorted(stdout)).toEqual(outputs);
        expect(stderr).toMatch(/n2: command timeout after 3 s; its processes may still run\n/);
        expect(stderr).toMatch(/^3 of 4 ok in .* · command-timeout: n2/m);
        expect(code).toBe(4);
      },
    );

    test.each([
      ['frozen', { kind: 'freeze' }, { kind: 'thaw' }],
      ['partitioned', { kind: 'partition' }, { kind: 'heal' }],
    ] as const)('that is %s before it is asked is a connect timeout', async (_, fault, cure) => {
      await place.lab.fault('n2', fault);
      const { code, stdout, stderr } = await place.desk.dsh(['-a', ...flags, '-t', '2', 'hostname']);
      await place.lab.fault('n2', cure);
      expect(sorted(stdout)).toEqual(['n1: n1', 'n3: n3', 'n4: n4']);
      expect(stderr).toMatch(/^3 of 4 ok in .* · connect-timeout: n2 \(no answer within 2 s/m);
      expect(code).toBe(4);
    });
  });

  test('that was partitioned in Ctrl-C does not keep dsh', async () => {
    const run = place.desk.start(['-w', 'n2', 'echo up; sleep 600']);
    await run.until(({ stdout }) => stdout.includes('up'));
    await place.lab.fault('n2', { kind: 'partition' });
    process.kill(run.pid, 'SIGINT');
    const { code, stderr } = await run.ended;
    await place.lab.fault('n2', { kind: 'heal' });
    expect(stderr).toMatch(/cancelled: n2/);
    expect(stderr).toMatch(/may still run: n2/);
    expect(code).toBe(130);
  });

  test('whose start-up file dawdles answers late, is named, and gets its input all the same', async () => {
    const bashrc = join(place.lab.folder, 'nodes', 'n3', 'home', '.bashrc');
    writeFileSync(bashrc, 'sleep 3\n');
    const late = await place.desk.dsh(['-w', 'n[2-3]', '-v', 'cat; hostname'], { stdin: 'fed\n' });
    expect(sorted(late.stdout)).toEqual(['n2: fed', 'n2: n2', 'n3: fed', 'n3: n3']);
    expect(late.stderr).toMatch(
      /^n3: slow to start: its login shell took 3\S* s to come to the command\n2 of 2 ok/m,
    );
    const { stdout: json } = await place.desk.dsh(['-w', 'n[2-3]', '--json', 'true']);
    const slow = JSON.parse(json).nodes.filter(
      ({ startUpMs }: { startUpMs?: number }) => startUpMs !== undefined,
    );
    expect(slow).toMatchObject([{ node: 'n3', outcome: { kind: 'ok' } }]);
    // The second session, which ends the command, dawdles as well.
    const mark = newMark();
    const timedOut = await place.desk.dsh(['-w', 'n3', '-u', '5', `sleep ${mark}; true`]);
    writeFileSync(bashrc, '');
    expect(timedOut.stderr).toMatch(
      /^n3: command timeout after 5 s\n0 of 1 ok in .* · command-timeout: n3\n/,
    );
    expect(processesWith(mark)).toEqual([]);
    expect([late.code, timedOut.code]).toEqual([0, 4]);
  });

  test('whose start-up file never ends is bounded by the command timeout, and said to perhaps run on', async () => {
    const bashrc = join(place.lab.folder, 'nodes', 'n3', 'home', '.bashrc');
    writeFileSync(bashrc, 'sleep 1000\n');
    const { code, stdout, stderr } = await place.desk.dsh(['-w', 'n[2-3]', '-u', '2', 'hostname']);
    writeFileSync(bashrc, '');
    expect(stdout).toBe('n2: n2\n');
    expect(stderr).toMatch(
      /^n3: command timeout after 2 s; its processes may still run\n1 of 2 ok .* · may still run: n3\n/,
    );
    expect(code).toBe(4);
  });

  test.each(['ssh2', 'openssh'])(
    'whose start-up file is noisy passes the noise and never the token: %s',
    async (transport) => {
      const home = join(place.lab.folder, 'nodes', 'n4', 'home');
      writeFileSync(
        join(home, '.bashrc'),
        'printf "noise without end"; echo noisy >&2; head -c 300000 /dev/zero\n',
      );
      const { code, stdout, stderr } = await place.desk.dsh(
        ['-w', 'n4', '-N', '-q', '--transport', transport, 'cat; echo last'],
        { stdin: 'fed\n' },
      );
      writeFileSync(join(home, '.bashrc'), '');
      expect(stdout).toBe(`noise without end${'\0'.repeat(300_000)}fed\nlast\n`);
      expect(stderr).toBe('noisy\n');
      expect(code).toBe(0);
    },
  );

  test('without a terminal and with stdin closed, dsh runs as ever', async () => {
    const { stdout, code } = await place.desk.shell('exec 2>/dev/null; dsh -a hostname <&-; echo $?');
    expect(sorted(stdout)).toEqual(['0', 'n1: n1', 'n2: n2', 'n3: n3', 'n4: n4']);
    expect(code).toBe(0);
  });

  test('without stdout and stderr, dsh runs as ever', async () => {
    const mark = join(place.desk.folder, 'ran');
    const { code } = await place.desk.shell(`dsh -w n1 'echo out; echo err >&2; touch ${mark}' >&- 2>&-`);
    expect(existsSync(mark)).toBe(true);
    expect(code).toBe(0);
  });

  test('`| head` ends quietly and leaves nothing on the nodes', async () => {
    const mark = newMark();
    const line = `dsh -a 'yes ${mark}' | head -3; echo "\${PIPESTATUS[@]}"`;
    const { stdout, stderr } = await place.desk.shell(line);
    expect(stdout).toMatch(new RegExp(`^(n\\d: ${mark}\n){3}141 0\n$`));
    expect(stderr).toBe('');
    expect(processesWith(mark)).toEqual([]);
  });
});

describe('a node that floods', () => {
  let place: Place<EmbeddedLab>;
  beforeAll(async () => {
    place = await embeddedPlace({ nodes: 2 });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test.each([
    ['gathered', ['-b']],
    ['live', []],
    ['as lines of JSON', ['--ndjson']],
    ['as one document', ['--json']],
  ])('is cut off by `| head -c`, in little memory: %s', async (_, flags) => {
    const mark = newMark();
    const line = `dsh -w n1 ${flags.join(' ')} 'yes ${mark} | head -c 300M' | head -c 100000 | wc -c`;
    const { stdout, stderr } = await place.desk.shell(`ulimit -v unlimited; ${line}`);
    expect(stdout).toBe('100000\n');
    expect(stderr).toBe('');
    expect(processesWith(mark)).toEqual([]);
  });

  test('with a slow reader waits, in little memory', async () => {
    const mark = newMark();
    const run = place.desk.start(['-a', `yes ${mark}`]);
    run.child.stdin?.end();
    await run.until(({ stdout }) => stdout.includes(mark));
    run.child.stdout?.pause();
    await sleep(3000);
    expect(peakMemoryMiB(run.pid)).toBeLessThan(200);
    run.child.stdout?.resume();
    process.kill(run.pid, 'SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
    expect(processesWith(mark)).toEqual([]);
  });

  test.each([
    ['of lines', 'yes "a line of a log file" | head -c 1000000000', 250],
    ['without a newline', 'head -c 1000000000 /dev/zero', 400],
  ])('1 GB %s goes through in little memory, and in silence', async (_, command, limitMiB) => {
    const run = place.desk.start(['-w', 'n1', '-N', '-q', command]);
    run.child.stdin?.end();
    run.child.stdout?.removeAllListeners('data');
    let bytes = 0;
    run.child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, peakMemoryMiB(run.pid) || 0);
    }, 100);
    const { code, stderr } = await run.ended;
    clearInterval(watch);
    expect(bytes).toBe(1_000_000_000);
    expect(stderr).toBe('');
    expect(peak).toBeLessThan(limitMiB);
    expect(peak).toBeGreaterThan(0);
    expect(code).toBe(0);
  });
});

describe('a full disk', () => {
  let place: Place<EmbeddedLab>;
  beforeAll(async () => {
    place = await embeddedPlace({ nodes: 2 });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test('under --out-dir ends the run with a plain error; no file that bears a node name is half', async () => {
    await using disk = await smallDisk('1m');
    const mark = newMark();
    const out = join(disk.folder, 'out');
    const argv = [
      '-a',
      '--out-dir',
      out,
      `test $(hostname) = n1 && echo fine || { yes ${mark} | head -c 5M; sleep ${mark}; }`,
    ];
    const { code, stderr } = await place.desk.dsh(argv);
    expect(stderr).toMatch(/dsh: cannot keep the output of n2: .*ENOSPC.*\n.*free space/);
    expect(code).toBe(3);
    expect(readdirSync(out).filter((name) => name.startsWith('n2'))).not.toContain('n2.out');
    expect(processesWith(mark)).toEqual([]);
  });

  test('under the history costs a warning, not the run', async () => {
    await using disk = await smallDisk('64k');
    const env = { XDG_STATE_HOME: disk.folder };
    const { code, stdout, stderr } = await place.desk.dsh(
      ['-w', 'n1', 'head -c 300000 /dev/urandom | base64 -w 0'],
      { env },
    );
    expect(stdout.length).toBeGreaterThan(400_000);
    expect(stderr).toMatch(/this run is not in the history: .*full/);
    expect(stderr).toMatch(/1 ok in/);
    expect(code).toBe(0);
    const { stdout: listed } = await place.desk.dsh(['--history'], { env });
    expect(listed).not.toContain('urandom');
  });

  test('under the folder for what does not fit in memory ends with a plain error or not at all', async () => {
    await using disk = await smallDisk('1m');
    const mark = newMark();
    const env = { TMPDIR: disk.folder };
    const command = `yes ${mark} | head -c 200M`;
    const { code, stderr } = await place.desk.dsh(['-w', 'n1', '-b', command], { env });
    expect(stderr).toMatch(/dsh: .*(ENOSPC|no space|full)/i);
    expect([1, 3]).toContain(code);
    expect(readdirSync(disk.folder)).toEqual([]);
    expect(processesWith(mark)).toEqual([]);
  });

  test('on a node fails the copy there, and leaves no half file', async () => {
    await using disk = await smallDisk('1m');
    const big = join(place.desk.folder, 'big');
    writeFileSync(big, Buffer.alloc(3_000_000, 'x'));
    // n1 and n2 share this machine's file system: n1's target is the full one.
    mkdirSync(join(place.desk.folder, 'n2'));
    execFileSync('ln', ['-sfn', disk.folder, join(place.desk.folder, 'n1')]);
    for (const node of place.lab.nodes)
      execFileSync('ln', ['-sfn', join(place.desk.folder, node.name), join(node.home, 'target')]);
    const { code, stderr } = await place.desk.dsh(['-a', '--copy', big, '--dest', 'target']);
    expect(stderr).toMatch(/n1: .*No space left/);
    expect(stderr).toMatch(/1 of 2 ok/);
    expect(code).toBe(1);
    expect(existsSync(join(disk.folder, 'big'))).toBe(false);
    expect(readFileSync(join(place.desk.folder, 'n2', 'big')).length).toBe(3_000_000);
  });

  test('at the head fails the fetch, and leaves no half file', async () => {
    await using disk = await smallDisk('1m');
    for (const node of place.lab.nodes) writeFileSync(join(node.home, 'log'), Buffer.alloc(3_000_000, 'x'));
    const { code, stderr } = await place.desk.dsh(['-a', '--fetch', 'log', '--dest', disk.folder]);
    expect(stderr).toMatch(/ENOSPC|no space|full/i);
    expect([1, 3]).toContain(code);
    for (const node of ['n1', 'n2']) expect(existsSync(join(disk.folder, node, 'log'))).toBe(false);
  });
});

describe('10 000 nodes of which half are dead', () => {
  test('end once each, and the last line is one a person can read', async () => {
    await using place = await embeddedPlace({ nodes: 1000, behaviours: { '*': { builtIn: true } } });
    const cluster = join(place.desk.folder, 'cluster.yaml');
    // Each server is five nodes, and on port 1, where nobody listens, five more.
    const named = (name: string, at?: number) =>
      place.lab.nodes.flatMap(({ address, port }, index) =>
        [1, 1001, 2001, 3001, 4001].map((first) => [
          `${name}${index + first}`,
          { address, port: at ?? port, sharedAddress: true },
        ]),
      );
    const file = {
      defaults: { identity: place.lab.identity, knownHosts: place.lab.knownHosts },
      nodes: Object.fromEntries([...named('alive'), ...named('dead', 1)]),
    };
    writeFileSync(cluster, JSON.stringify(file), { mode: 0o600 });
    const { code, stdout, stderr } = await place.desk.dsh(['--cluster', cluster, '-a', '--ndjson', 'true']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ends = lines.filter(({ kind }) => kind === 'end').map(({ node }) => node);
    expect(ends.length).toBe(10_000);
    expect(new Set(ends).size).toBe(10_000);
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', counts: { ok: 5000, unreachable: 5000 } });
    expect(stderr).toMatch(
      /^5000 of 10000 ok in .* · unreachable: dead\[1-5000\] \(connection refused\)\nagain on those: dsh --retry\n$/,
    );
    expect(code).toBe(4);
  });
});

const sorted = (text: string): string[] => text.trimEnd().split('\n').toSorted();
