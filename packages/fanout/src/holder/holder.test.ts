// The holder in this process, in front of an embedded lab: its bounds, its place, and who may talk to it. What needs real
// nodes and a process of its own: dsh/test/held.test.ts.

import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../model/transport.ts';
import { resolveTargets } from '../ssh-config/resolve-targets.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import { HolderClient } from './client/holder-client.ts';
import { HoldingTransport } from './client/holding-transport.ts';
import { findHolderPlace, type HolderPlace, makeHolderPlace } from './place/holder-place.ts';
import { type Holder, openHolder } from './process/holder.ts';

const never = new AbortController().signal;
let lab: EmbeddedLab;
let labFolder: string;
let runtime: string;
let place: HolderPlace;
const open: AsyncDisposable[] = [];

beforeAll(async () => {
  labFolder = await mkdtemp(join(tmpdir(), 'heorot-holder-lab-'));
  lab = await startEmbeddedLab({ folder: labFolder, nodes: 4, access: { passphrase: 'open sesame' } });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(labFolder, { recursive: true });
});
beforeEach(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'heorot-holder-'));
  place = await makeHolderPlace({ XDG_RUNTIME_DIR: runtime });
});
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
  await rm(runtime, { recursive: true });
});

function kept<Resource extends AsyncDisposable>(resource: Resource): Resource {
  open.push(resource);
  return resource;
}

async function holder(limits = { connections: 100, bytes: 4 * 1024 ** 3 }): Promise<Holder> {
  return kept(await openHolder(place, { limits }));
}

/** A run: what the holder declines is told by throwing. */
async function run(holdMs?: number, askPassphrase?: () => Promise<string>): Promise<HoldingTransport> {
  const client = await HolderClient.find(place, { askPassphrase });
  if (!(client instanceof HolderClient)) throw new Error(client.kind);
  return kept(new HoldingTransport({ client, holdMs, own: () => Promise.reject(new Error('its own')) }));
}

async function target(node: string, identity = lab.identity): Promise<ResolvedTarget> {
  const found = lab.nodes.find(({ name }) => name === node);
  if (found === undefined) throw new Error(`no ${node}`);
  const settings = {
    port: found.port,
    user: userInfo().username,
    identity: [identity],
    knownHosts: lab.knownHosts,
  };
  const [resolved] = await resolveTargets([{ node, host: parseHostName(found.address), settings }], {
    sshConfigFile: 'none',
  });
  if (resolved === undefined) throw new Error('not resolved');
  return { ...resolved, agentSocket: undefined };
}

async function say(session: Session, command: string): Promise<string> {
  const channel = await session.execute({ command }, never);
  channel.stdin.end();
  channel.stderr.resume();
  return Buffer.concat(await channel.stdout.toArray()).toString();
}

describe('bounds', () => {
  it('the connection unused for the longest goes when there is no more room', async () => {
    await holder({ connections: 2, bytes: 4 * 1024 ** 3 });
    for (const node of ['n1', 'n2', 'n3']) {
      await using session = await (await run(60_000)).connect(await target(node), never);
      expect(await say(session, 'hostname')).toBe(`${node}\n`);
    }
    const later = await run();
    await expect(later.connect(await target('n1'), never)).rejects.toThrow('its own');
    await using again = await later.connect(await target('n3'), never);
    expect(await say(again, 'hostname')).toBe('n3\n');
  });

  it('where all are in use, a run connects by itself', async () => {
    await holder({ connections: 1, bytes: 4 * 1024 ** 3 });
    await using _ = await (await run(60_000)).connect(await target('n1'), never);
    await expect((await run(60_000)).connect(await target('n2'), never)).rejects.toThrow('its own');
  });

  it('past its memory nothing more is held', async () => {
    await holder({ connections: 100, bytes: 1 });
    await expect((await run(60_000)).connect(await target('n1'), never)).rejects.toThrow('its own');
  });

  it('one connection is lent to a few runs at once, not to more than the node has sessions for', async () => {
    await holder();
    const runs = await Promise.all(Array.from({ length: 5 }, () => run(60_000)));
    const sessions: Session[] = [];
    for (const one of runs.slice(0, 4)) sessions.push(await one.connect(await target('n1'), never));
    const last = runs[4];
    await expect(last?.connect(await target('n1'), never)).rejects.toThrow('its own');
    expect(await Promise.all(sessions.map((session) => say(session, 'hostname')))).toEqual(
      Array(4).fill('n1\n'),
    );
    await sessions[0]?.[Symbol.asyncDispose]();
    await using session = await last?.connect(await target('n1'), never);
    expect(session).toBeDefined();
  });
});

describe('keys', () => {
  it('a passphrase is asked of the person who runs the command', async () => {
    await holder();
    const asked: number[] = [];
    const asking = await run(60_000, async () => ['wrong', 'open sesame'][asked.push(1) - 1] ?? '');
    await using session = await asking.connect(await target('n1', lab.encryptedIdentity ?? ''), never);
    expect(await say(session, 'hostname')).toBe('n1\n');
    expect(asked).toHaveLength(2);
    const later = await run();
    await using lent = await later.connect(await target('n1', lab.encryptedIdentity ?? ''), never);
    expect(await say(lent, 'hostname')).toBe('n1\n');
  });

  it('without anybody to ask, the outcome is the login refused', async () => {
    await holder();
    const silent = await run(60_000);
    await expect(
      silent.connect(await target('n1', lab.encryptedIdentity ?? ''), never),
    ).rejects.toMatchObject({
      outcome: { kind: 'auth' },
    });
  });
});

describe('the place', () => {
  it('lies in the runtime folder, or in the state folder where that is not ours', async () => {
    const state = join(runtime, 'state');
    await using elsewhere = await makeHolderPlace({ XDG_RUNTIME_DIR: '/nonexistent', XDG_STATE_HOME: state });
    expect([dirname(place.path), elsewhere.path.startsWith(state)]).toEqual([runtime, true]);
  });

  it('finding it makes nothing', async () => {
    const state = join(runtime, 'nothing');
    await mkdir(state);
    expect(await findHolderPlace({ XDG_STATE_HOME: state })).toBeUndefined();
    expect(await readdir(state)).toEqual([]);
  });

  it('with a secret that others can read is refused', async () => {
    await chmod(join(place.path, 'secret'), 0o644);
    await expect(findHolderPlace({ XDG_RUNTIME_DIR: runtime })).rejects.toMatchObject({
      code: 'holder-place',
    });
  });

  it('with a secret of another length is refused', async () => {
    await writeFile(join(place.path, 'secret'), 'short');
    await expect(findHolderPlace({ XDG_RUNTIME_DIR: runtime })).rejects.toMatchObject({
      code: 'holder-place',
    });
  });

  it('has one holder: a second is refused, a socket that nobody serves is replaced', async () => {
    const first = await holder();
    await expect(openHolder(place)).rejects.toMatchObject({ code: 'holder-running' });
    await first[Symbol.asyncDispose]();
    expect(await HolderClient.find(place)).toEqual({ kind: 'absent' });
    leaveDeadSocket(join(place.path, 'socket'));
    expect(await HolderClient.find(place)).toEqual({ kind: 'absent' });
    await holder();
    expect(await HolderClient.find(place)).toBeInstanceOf(HolderClient);
  });
});

/** As a holder leaves it that was killed. */
function leaveDeadSocket(path: string): void {
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['--eval', program]);
}

it('a run that is given up while the holder connects is cancelled, and the connection is closed', async () => {
  await holder();
  await lab.fault('n4', { kind: 'freeze' });
  const stop = new AbortController();
  const connecting = (await run(60_000)).connect(await target('n4'), stop.signal);
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 100);
  await expect(connecting).rejects.toMatchObject({ outcome: { kind: 'cancelled', reason: 'Ctrl-C' } });
  await lab.fault('n4', { kind: 'thaw' });
});
