// Held connections as a user meets them: later runs use them, and whatever becomes of holder, node or key, nothing is run
// twice and nobody is talked to who would be refused today. Needs root, openssh-server, iproute2.
import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { schemaFaults } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type HeldPlace, heldPlace } from './fixtures/held-place.ts';
import { newMark, processesWith } from './fixtures/processes.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../docs/reference/dsh.schema.json'), 'utf8'),
);

let place: HeldPlace;
beforeAll(async () => {
  place = await heldPlace();
});
afterEach(() => place.letGo());
afterAll(() => place[Symbol.asyncDispose]());

const dsh = (...argv: string[]) => place.dsh(...argv);
const holder = () => place.holder();
const heldNodes = () => place.heldNodes();

/** The login of the connection that a command comes through: the same sshd, the same connection. */
async function connectionOf(...flags: string[]): Promise<string> {
  const { stdout } = await dsh(...flags, '-N', 'echo $SSH_CONNECTION');
  return stdout;
}

describe('a later run', () => {
  test('comes through the held connections, with every outcome and byte as without', async () => {
    expect((await dsh('-a', '--hold', '1m', 'true')).code).toBe(0);
    expect(await heldNodes()).toEqual(['n1', 'n2', 'n3', 'n4']);
    const status = JSON.parse((await dsh('holder', 'status', '--json')).stdout);
    expect(schemaFaults(status, { $ref: '#/$defs/held' }, schema)).toEqual([]);
    const first = await connectionOf('-w', 'n1');
    expect(await connectionOf('-w', 'n1')).toBe(first);
    const run = await dsh('-w', 'n[1-2]', '-N', '-S', "printf 'a\\0b\\r'; echo e >&2; exit 7");
    expect([run.code, run.stdout.length]).toEqual([7, 8]);
    expect(await connectionOf('-w', 'n1', '--no-hold')).not.toBe(first);
  });

  test('of another user, key, known_hosts or configuration gets another connection', async () => {
    await dsh('-w', 'n1', '--hold', '1m', 'true');
    const first = await connectionOf('-w', 'n1');
    const config = join(place.desk.folder, 'ssh_config');
    await writeFile(config, await readFile(place.lab.sshConfig));
    expect(await connectionOf('-w', 'n1', '-l', 'heorot')).not.toBe(first);
    expect(await connectionOf('-w', 'n1', '--ssh-config', config)).not.toBe(first);
    expect(await connectionOf('-w', 'n1', '--accept-new')).not.toBe(first);
    expect(await connectionOf('-w', 'n1', '-A')).not.toBe(first);
    expect(await connectionOf('-w', 'n1')).toBe(first);
  });

  test('leaves nothing behind when it is stopped', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    const mark = newMark();
    const run = place.desk.start(['-a', `trap "" TERM; sleep ${mark}; true`]);
    run.child.stdin?.end();
    await vi.waitFor(() => expect(processesWith(mark).length).toBeGreaterThanOrEqual(4), { timeout: 9000 });
    process.kill(run.pid, 'SIGINT');
    const { stderr } = await run.ended;
    expect(stderr).toMatch(/0 of 4 ok in .* · cancelled: n\[1-4\]/);
    expect(stderr).not.toContain('may still run');
    expect(processesWith(mark)).toEqual([]);
  });

  test('that is killed takes the connections of its commands with it, and no others', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    const mark = newMark();
    const run = place.desk.start(['-w', 'n1', `sleep ${mark}`]);
    await vi.waitFor(() => expect(processesWith(mark).length).toBeGreaterThan(0), { timeout: 9000 });
    process.kill(run.pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await heldNodes()).toEqual(['n2', 'n3', 'n4']), { timeout: 9000 });
    for (const { pid } of processesWith(mark)) process.kill(pid);
    expect((await dsh('-a', 'true')).code).toBe(0);
  });

  test('runs beside another on the same connections', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    const first = await connectionOf('-w', 'n1');
    const runs = await Promise.all(
      ['one', 'two', 'three'].map((word) => dsh('-a', '-N', `sleep 0.3; echo ${word} $SSH_CONNECTION`)),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    for (const [index, word] of ['one', 'two', 'three'].entries()) {
      expect(runs[index]?.stdout).toContain(`${word} ${first}`);
    }
  });
});

describe('a holder that is killed', () => {
  test('in the middle of a command: it is cancelled and said, and nothing runs twice', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    const pid = (await holder())?.pid ?? 0;
    const run = place.desk.start(['-a', 'echo once >> runs; echo begun; sleep 3; echo done']);
    run.child.stdin?.end();
    await run.until(({ stdout }) => stdout.split('begun').length === 5);
    process.kill(pid, 'SIGKILL');
    const { code, stderr } = await run.ended;
    expect(code).toBe(4);
    const end =
      /0 of 4 ok in .* · cancelled: n\[1-4\] \(the holder of its connection ended\) · may still run: n\[1-4\]/;
    expect(stderr).toMatch(end);
    // The socket it left behind keeps nobody from connecting.
    expect((await stat(join(place.folder, 'socket'))).isSocket()).toBe(true);
    const after = await dsh('-a', '-N', 'cat runs; rm runs');
    expect([after.code, after.stdout]).toEqual([0, 'once\n'.repeat(4)]);
    expect((await dsh('-a', '--hold', '1m', 'true')).code).toBe(0);
    expect(await heldNodes()).toHaveLength(4);
  });

  test('while it is stopped, runs connect by themselves', async () => {
    await dsh('-w', 'n1', '--hold', '1m', 'true');
    const pid = (await holder())?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const run = await dsh('-w', 'n1', 'hostname');
    process.kill(pid, 'SIGCONT');
    expect([run.code, run.stdout]).toEqual([0, 'n1: n1\n']);
    expect(run.stderr).toContain('holder: cannot be used, it does not answer');
  });
});

describe('a node', () => {
  test('that was rebooted while it was held is connected to anew', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    await place.lab.fault('n2', { kind: 'reboot' });
    const run = await dsh('-a', '-N', 'hostname');
    expect([run.code, run.stdout.split('\n').toSorted().join(' ').trim()]).toEqual([0, 'n1 n2 n3 n4']);
    expect(await heldNodes()).toEqual(['n1', 'n3', 'n4']);
  });

  test('that vanished is noticed before a command is begun, and leaves the others alone', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    await place.lab.fault('n3', { kind: 'partition' });
    await sleep(5200);
    const run = await dsh('-a', '-t', '2', 'hostname');
    await place.lab.fault('n3', { kind: 'heal' });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/3 of 4 ok in .* · connect-timeout: n3/);
    expect(await heldNodes()).toEqual(['n1', 'n2', 'n4']);
  });

  test.each([
    ['changed', (line: string) => `${line.split(' ').slice(0, 2).join(' ')} ${otherKey}`, /HAS CHANGED/],
    ['removed', () => '', /host key of n4 is not known/],
    ['revoked', (line: string) => `${line}\n@revoked ${line}`, /revoked/],
  ] as const)('whose host key was %s in known_hosts meanwhile is refused', async (_how, edit, reason) => {
    const { knownHosts } = place.lab;
    const before = await readFile(knownHosts, 'utf8');
    await dsh('-a', '--hold', '1m', 'true');
    const address = place.lab.nodes.find(({ name }) => name === 'n4')?.address ?? '';
    const lines = before
      .split('\n')
      .map((line) => (line.includes(`${address} `) || line.includes(`${address}]`) ? edit(line) : line));
    try {
      await writeFile(knownHosts, lines.join('\n'));
      const run = await dsh('-a', 'hostname');
      expect(run.stderr).toMatch(reason);
      expect(run.stdout).not.toContain('n4');
      expect(await heldNodes()).toEqual(['n1', 'n2', 'n3']);
    } finally {
      await writeFile(knownHosts, before);
    }
  });
});

/** A key that no node has. */
const otherKey = 'AAAAC3NzaC1lZDI1NTE5AAAAIGJ5ZJ6pEnDNQ4xaQ0G0i2l8d1k2mB7v2w0l0q9m5T3e';

describe('nodes behind a gateway', () => {
  /** All but the gateways through them: `n1`, `n[1-2]`. */
  const through = async (gateway: string): Promise<string> => {
    const path = join(place.lab.folder, 'gateway.yaml');
    const names = gateway === 'n1' ? ['n1'] : ['n1', 'n2'];
    const { nodes, identity, knownHosts } = place.lab;
    const records = nodes.map(({ name, address, port }) => [
      name,
      { address, port, ...(names.includes(name) ? {} : { gateway }) },
    ]);
    const defaults = { user: 'root', identity, knownHosts };
    await writeFile(path, JSON.stringify({ defaults, nodes: Object.fromEntries(records) }), { mode: 0o600 });
    return path;
  };

  test('are held as others are, and lost with their gateway', async () => {
    const cluster = await through('n1');
    await dsh('--cluster', cluster, '-w', 'n[2-4]', '--hold', '1m', 'true');
    const first = await connectionOf('--cluster', cluster, '-w', 'n2');
    expect(first.split(' ')[0]).toBe(place.lab.nodes[0]?.address);
    expect(await connectionOf('--cluster', cluster, '-w', 'n2')).toBe(first);
    expect(await connectionOf('-w', 'n2')).not.toBe(first);
    await place.lab.fault('n1', { kind: 'reboot' });
    const run = await dsh('--cluster', cluster, '-w', 'n[2-4]', 'true');
    expect(run.code).toBe(0);
    expect(await heldNodes()).toEqual([]);
  });

  test('of which there are several are held through the one that was chosen, and through another when that one dies', async () => {
    const cluster = await through('n[1-2]');
    const ask = (...words: string[]) => dsh('--cluster', cluster, '-w', 'n[3-4]', '-N', ...words);
    const sorted = ({ stdout }: { stdout: string }) => stdout.trim().split('\n').toSorted();
    const sources = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
    await ask('--hold', '1m', 'true');
    const held = sorted(await ask('echo $SSH_CONNECTION'));
    expect(sorted(await ask('echo $SSH_CONNECTION'))).toEqual(held);
    const gateways = place.lab.nodes.slice(0, 2);
    const dead = gateways.find(({ address }) => address === sources(held)[0]);
    const other = gateways.find((node) => node !== dead);
    await place.lab.fault(dead?.name ?? '', { kind: 'kill' });
    try {
      const run = await ask('echo once >> runs; echo $SSH_CONNECTION');
      expect([run.code, sources(sorted(run))]).toEqual([0, [other?.address, other?.address]]);
      expect(run.stderr).toContain(`${dead?.name}: gateway left out`);
      expect(sorted(await ask('cat runs; rm runs'))).toEqual(['once', 'once']);
    } finally {
      await place.lab.fault(dead?.name ?? '', { kind: 'reboot' });
    }
  });

  test('are refused when the key of the gateway has gone from known_hosts', async () => {
    const cluster = await through('n1');
    const { knownHosts, nodes } = place.lab;
    const before = await readFile(knownHosts, 'utf8');
    await dsh('--cluster', cluster, '-w', 'n[2-4]', '--hold', '1m', 'true');
    const address = nodes[0]?.address ?? '';
    const others = before.split('\n').filter((line) => !line.split(' ')[0]?.includes(address));
    try {
      await writeFile(knownHosts, others.join('\n'));
      const run = await dsh('--cluster', cluster, '-w', 'n[2-4]', 'hostname');
      expect([run.code, run.stdout]).toEqual([4, '']);
      expect(run.stderr).toContain('host key of n1 is not known');
    } finally {
      await writeFile(knownHosts, before);
    }
  });
});

test('other tools, and copies, come through the same connections', async () => {
  await dsh('-a', '--hold', '1m', 'true');
  const logins = async () =>
    (await holder())?.connections.map(({ node, since }) => `${node} ${since}`).toSorted();
  const before = await logins();
  const file = join(place.desk.folder, 'some bytes');
  await writeFile(file, Buffer.alloc(3_000_000, 'heorot'));
  expect((await dsh('-a', '--copy', file, '--dest', '/tmp')).code).toBe(0);
  expect((await dsh('-a', '-N', "cksum '/tmp/some bytes'; rm '/tmp/some bytes'")).stdout).toMatch(
    / 3000000 /,
  );
  expect(await logins()).toEqual(before);
  const netmon = join(import.meta.dirname, '..', '..', 'heorot', 'dist', 'bin', 'netmon.js');
  const { stdout } = await place.desk.shell(`${process.execPath} ${netmon} once -a --json`);
  expect(stdout).toContain('"n4"');
  // Its sampler ends with its channel, and the connection stays.
  expect(await logins()).toEqual(before);
});

describe('letting go', () => {
  test('after the time that was given, and then the holder ends', { timeout: 20_000 }, async () => {
    await dsh('-a', '--hold', '2s', 'true');
    expect((await stat(join(place.folder, 'socket'))).isSocket()).toBe(true);
    await vi.waitUntil(async () => (await holder()) === undefined, { timeout: 15_000, interval: 200 });
    await expect(stat(join(place.folder, 'socket'))).rejects.toThrow('ENOENT');
  });

  test('of some nodes, by name; one in use when its run is done', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    const run = place.desk.start(['-w', 'n2', 'echo begun; sleep 1.5; echo done']);
    run.child.stdin?.end();
    await run.until(({ stdout }) => stdout.includes('begun'));
    const { stderr } = await dsh('holder', 'revoke', '-w', 'n[1-2]');
    expect(stderr).toBe('1 connection closed; 1 in use, closed when the runs that use them are done\n');
    expect((await run.ended).stdout).toBe('n2: begun\nn2: done\n');
    expect(await heldNodes()).toEqual(['n3', 'n4']);
  });

  test('of all, and a run that starts meanwhile connects by itself', async () => {
    await dsh('-a', '--hold', '1m', 'true');
    const { stderr } = await dsh('holder', 'close');
    expect(stderr).toBe('4 connections closed\n');
    expect((await dsh('-w', 'n1', 'hostname')).stdout).toBe('n1: n1\n');
    expect((await dsh('holder', 'close')).stderr).toBe('no connections are held\n');
  });

  test('the cluster file can ask for holding, and --no-hold does without', async () => {
    const text = await readFile(place.lab.clusterFile, 'utf8');
    const cluster = join(place.lab.folder, 'holding.yaml');
    await writeFile(cluster, text.replace(/^defaults: \{/m, 'defaults: {hold: 1m, '), { mode: 0o600 });
    await dsh('--cluster', cluster, '-w', 'n1', '--no-hold', 'true');
    expect(await holder()).toBeUndefined();
    await dsh('--cluster', cluster, '-w', 'n1', 'true');
    expect(await heldNodes()).toEqual(['n1']);
  });
});
