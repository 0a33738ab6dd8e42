// What every transport promises (model/transport.ts), tried on all of them against the real thing.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseHostName } from '@heorot/inventory';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHoldingTransport } from '../src/holder/client/open-holding-transport.ts';
import { KeyRing } from '../src/keys/key-ring.ts';
import type { Session, Transport } from '../src/model/transport.ts';
import type { ResolvedTarget } from '../src/ssh-config/resolved-target.ts';
import { createTransports, type Transports } from '../src/transport/transports.ts';
import { startAgent } from './fixtures/agent.ts';
import { end, type Sshd, startSshd } from './fixtures/sshd.ts';
import { collect, finish, never, targetOf } from './fixtures/targets.ts';

let transports: Transports;
let sshd: Sshd;
/** Logs in to sshd with the key in an agent of its own. */
let gateway: Sshd;
let agent: AsyncDisposable & { readonly socket: string };
let lab: EmbeddedLab;
let labFolder: string;
let holding: Transport;
let heldNodes = 0;

beforeAll(async () => {
  labFolder = mkdtempSync(join(tmpdir(), 'heorot-conformance-'));
  transports = createTransports({ keys: new KeyRing() });
  [sshd, lab] = await Promise.all([
    startSshd({ address: '127.88.0.1' }),
    startEmbeddedLab({ folder: labFolder, nodes: 1 }),
  ]);
  agent = await startAgent(join(labFolder, 'agent'), sshd.identity);
  gateway = await startSshd({
    address: '127.88.0.2',
    settings: [`SetEnv HOME=${labFolder} SSH_AUTH_SOCK=${agent.socket}`, 'MaxSessions 10'],
  });
  holding = await openHolding(labFolder);
});

afterAll(async () => {
  await holding[Symbol.asyncDispose]();
  await transports[Symbol.asyncDispose]();
  for (const each of [gateway, agent, sshd]) await each[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  rmSync(labFolder, { recursive: true });
});

interface Subject {
  readonly name: string;
  /** Through the holder of this test. */
  readonly held?: boolean;
  readonly target: () => ResolvedTarget;
  /** OpenSSH's client does not say which signal ended a command. */
  readonly signal: (name: string) => string;
  /** A server in this very process has buffers of its own. */
  readonly buffersBytes: number;
  readonly sessionsAtOnce: number;
}

const subjects: readonly Subject[] = [
  {
    name: 'ssh2 to sshd',
    target: () => targetOf(sshd, 'ssh2'),
    signal: (name) => name,
    buffersBytes: 24e6,
    sessionsAtOnce: 200,
  },
  {
    name: 'ssh2 to the embedded lab',
    target: () => embeddedTarget(lab),
    signal: (name) => name,
    buffersBytes: 64e6,
    sessionsAtOnce: 200,
  },
  {
    name: 'ssh2 to sshd, held by a holder',
    held: true,
    // A node each: of one, a connection is shared.
    target: () => {
      const target = targetOf(sshd, 'ssh2');
      return { ...target, target: { ...target.target, node: `node${++heldNodes}` } };
    },
    signal: (name) => name,
    buffersBytes: 24e6,
    sessionsAtOnce: 200,
  },
  {
    name: 'openssh to sshd',
    target: () => targetOf(sshd, 'openssh'),
    signal: () => 'unknown',
    buffersBytes: 24e6,
    sessionsAtOnce: 40,
  },
  {
    name: 'relay to sshd',
    target: () => targetOf(sshd, 'relay', { gateways: [targetOf(gateway, 'ssh2')] }),
    signal: () => 'unknown',
    buffersBytes: 24e6,
    sessionsAtOnce: 100,
  },
  {
    name: 'local',
    target: () => targetOf(sshd, 'local'),
    signal: (name) => name,
    buffersBytes: 24e6,
    sessionsAtOnce: 200,
  },
];

describe.each(subjects)('$name', (subject) => {
  let session: Session;

  const open = async (): Promise<Session> => {
    const target = subject.target();
    return (subject.held === true ? holding : await transports.get(target.transport)).connect(target, never);
  };

  beforeAll(async () => {
    session = await open();
  });

  afterAll(async () => {
    await session[Symbol.asyncDispose]();
  });

  test('every exit code from 0 to 255 comes back, 8 commands at a time', async () => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    const seen: unknown[] = [];
    for (let at = 0; at < codes.length; at += 8) {
      const some = codes.slice(at, at + 8).map((code) => finish(session, `exit ${code}`));
      seen.push(...(await Promise.all(some)).map(({ end: ended }) => ended));
    }
    expect(seen).toEqual(codes.map((code) => ({ kind: 'exit', code })));
  });

  test.each(['TERM', 'KILL', 'INT'])('a command that SIG%s ends says so', async (name) => {
    const { end: ended } = await finish(session, `kill -${name} $$; sleep 5`);
    expect(ended).toEqual({ kind: 'signal', signal: subject.signal(name) });
  });

  test('stdout and stderr stay apart', async () => {
    const { stdout, stderr } = await finish(session, 'echo out; echo err >&2; printf more');
    expect([stdout.toString(), stderr.toString()]).toEqual(['out\nmore', 'err\n']);
  });

  test('NUL, CR, every other byte and no final newline pass both ways unchanged', async () => {
    const bytes = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      Buffer.from('\r\n\0\r'),
    ]);
    const { stdout } = await finish(session, 'cat', { input: bytes });
    expect(stdout.equals(bytes)).toBe(true);
  });

  test('a line of 64 MiB passes both ways unchanged', { timeout: 60_000 }, async () => {
    const line = randomBytes(64 << 20).map((byte) => (byte === 10 ? 11 : byte));
    const channel = await session.execute({ command: 'cat' }, never);
    channel.stderr.resume();
    channel.stdin.end(line);
    const hash = createHash('sha256');
    for await (const chunk of channel.stdout) hash.update(chunk);
    expect(await channel.ended).toEqual({ kind: 'exit', code: 0 });
    expect(hash.digest('hex')).toBe(createHash('sha256').update(line).digest('hex'));
  });

  test('the end of stdin reaches the command', async () => {
    expect((await finish(session, 'wc -c')).stdout.toString().trim()).toBe('0');
    const counted = await finish(session, 'wc -c', { input: Buffer.alloc(100_000) });
    expect(counted.stdout.toString().trim()).toBe('100000');
  });

  test('10 MB of stdin to a command that never reads do not hang', async () => {
    const { end: ended } = await finish(session, 'exit 4', { input: Buffer.alloc(10e6) });
    expect(ended).toEqual({ kind: 'exit', code: 4 });
  });

  test('stdin closes without an error when the command has ended', async () => {
    const channel = await session.execute({ command: 'exit 0' }, never);
    const errors: unknown[] = [];
    channel.stdin.on('error', (error) => errors.push(error));
    await collect(channel);
    const refused = await new Promise((resolve) => channel.stdin.write('too late', resolve));
    expect(refused).toBeInstanceOf(Error);
    expect(errors).toEqual([]);
  });

  test('two commands run at once on one session', async () => {
    const first = await session.execute({ command: 'cat; exit 7' }, never);
    const second = await finish(session, 'echo second');
    first.stdin.end('first');
    const { stdout, end: ended } = await collect(first);
    expect([stdout.toString(), ended, second.stdout.toString()]).toEqual([
      'first',
      { kind: 'exit', code: 7 },
      'second\n',
    ]);
  });

  test('a terminal has the size and type asked for, and stderr is part of stdout', async () => {
    const { stdout, stderr } = await finish(
      session,
      'echo $TERM; stty size; echo err >&2; test -t 0 && echo tty',
      {
        request: { terminal: { columns: 91, rows: 17, term: 'vt220' } },
      },
    );
    expect(stdout.toString()).toBe('vt220\r\n17 91\r\nerr\r\ntty\r\n');
    expect(stderr.length).toBe(0);
  });

  test('a node that floods is held back while nobody reads, and loses no byte', {
    timeout: 60_000,
  }, async () => {
    const size = 200 << 20;
    const channel = await session.execute({ command: `head -c ${size} /dev/zero; echo done >&2` }, never);
    const before = process.memoryUsage().arrayBuffers;
    await sleep(700);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(subject.buffersBytes);
    let bytes = 0;
    channel.stderr.resume();
    for await (const chunk of channel.stdout) bytes += chunk.length;
    expect(bytes).toBe(size);
    expect(await channel.ended).toEqual({ kind: 'exit', code: 0 });
  });

  test('a reader that leaves early does not disturb the command', async () => {
    const channel = await session.execute({ command: 'seq 100000; echo err >&2; exit 5' }, never);
    for await (const chunk of channel.stdout) if (chunk.length > 0) break;
    const stderr = Buffer.concat(await channel.stderr.toArray()).toString();
    expect([stderr, await channel.ended]).toEqual(['err\n', { kind: 'exit', code: 5 }]);
  });

  test('a command that closes its outputs early still gives its exit code', async () => {
    const { stdout, end: ended } = await finish(session, 'echo hi; exec >&- 2>&-; sleep 0.2; exit 6');
    expect([stdout.toString(), ended]).toEqual(['hi\n', { kind: 'exit', code: 6 }]);
  });

  test('closing gives a running command up and leaves the session usable', async () => {
    const channel = await session.execute({ command: 'echo here; exec sleep 300' }, never);
    for await (const chunk of channel.stdout) if (chunk.length > 0) break;
    channel.close();
    expect((await channel.ended).kind).toBe('lost');
    expect((await finish(session, 'echo again')).stdout.toString()).toBe('again\n');
  });

  test('a start that was given up before is cancelled', async () => {
    const given = AbortSignal.abort(new Error('Ctrl-C'));
    await expect(session.execute({ command: 'true' }, given)).rejects.toMatchObject({
      outcome: { kind: 'cancelled', reason: 'Ctrl-C' },
    });
  });

  test('commands that end with 255 one after the other are told from a lost connection', async () => {
    for (let turn = 0; turn < 20; turn++) {
      expect((await finish(session, 'exit 255')).end).toEqual({ kind: 'exit', code: 255 });
    }
  });

  test('many sessions at once', { timeout: 90_000 }, async () => {
    const numbers = Array.from({ length: subject.sessionsAtOnce }, (_, number) => number);
    const answers = numbers.map(async (number) => {
      await using one = await open();
      return (await finish(one, `echo ${number}`)).stdout.toString();
    });
    expect(await Promise.all(answers)).toEqual(numbers.map((number) => `${number}\n`));
  });

  test('disposing the session ends it, and its running commands are lost', async () => {
    const one = await open();
    const channel = await one.execute({ command: 'sleep 300' }, never);
    const all = collect(channel);
    await one[Symbol.asyncDispose]();
    expect((await all).end.kind).toBe('lost');
    expect(await one.ended).toBeUndefined();
  });
});

describe.each(['ssh2', 'openssh'] as const)('%s when the connection is lost', (name) => {
  test('the running command and the session say so', async () => {
    await using session = await (await transports.get(name)).connect(targetOf(sshd, name), never);
    const channel = await session.execute({ command: 'echo $PPID; exec sleep 300' }, never);
    channel.stderr.resume();
    // The session's sshd is the parent of its shell.
    for await (const chunk of channel.stdout) end(Number(String(chunk)));
    const ended = await channel.ended;
    expect(ended).toMatchObject({ kind: 'lost' });
    expect(await session.ended).toMatch(/closed the connection|connection reset/);
    await expect(session.execute({ command: 'true' }, never)).rejects.toMatchObject({
      outcome: { kind: 'unreachable' },
    });
  });
});

/** In a process of its own, as always; it ends a few seconds after the last connection. */
async function openHolding(folder: string): Promise<Transport> {
  const refuse = () => Promise.reject(new Error('a run must not fall back to a connection of its own here'));
  const request = { holdMs: 500, askPassphrase: undefined, note: undefined, own: refuse };
  const transport = await openHoldingTransport(request, { ...process.env, XDG_RUNTIME_DIR: folder });
  if (transport === undefined) throw new Error('there is no holder');
  return transport;
}

function embeddedTarget({ nodes: [node], identity, knownHosts }: EmbeddedLab): ResolvedTarget {
  if (node === undefined) throw new Error('the lab has no node');
  const { address, port } = node;
  return { ...targetOf({ address: parseHostName(address), port, identity, knownHosts }, 'ssh2') };
}
