// What a person can ask of a holder, and of one that is not what was expected.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HolderPlace, makeHolderPlace } from '../place/holder-place.ts';
import { openHolder } from '../process/holder.ts';
import { Link } from '../wire/link.ts';
import { type HolderMessage, holderVersion, type RunMessage } from '../wire/messages.ts';
import { proofOf } from '../wire/proof.ts';
import { closeHolder, holderStatus, revokeHeld } from './control-holder.ts';
import { openHoldingTransport } from './open-holding-transport.ts';

let env: { readonly XDG_RUNTIME_DIR: string };
let place: HolderPlace;

beforeEach(async () => {
  env = { XDG_RUNTIME_DIR: await mkdtemp(join(tmpdir(), 'heorot-holder-')) };
  place = await makeHolderPlace(env);
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
  await rm(env.XDG_RUNTIME_DIR, { recursive: true });
});

it('without a holder there is nothing to say and nothing to close', async () => {
  expect([await holderStatus(env), await revokeHeld(['n1'], env), await closeHolder(env)]).toEqual(
    Array(3).fill(undefined),
  );
});

it('a holder says what it holds, and ends when it is closed', async () => {
  const holder = await openHolder(place, { lingerMs: 60_000 });
  expect(await holderStatus(env)).toMatchObject({ pid: process.pid, connections: [] });
  expect(await closeHolder(env)).toMatchObject({ closed: 0, inUse: 0 });
  await holder.ended;
  expect(await holderStatus(env)).toBeUndefined();
});

it('a holder that nobody comes to ends by itself', async () => {
  const holder = await openHolder(place, { lingerMs: 20 });
  await holder.ended;
  expect(await holderStatus(env)).toBeUndefined();
});

it('one of another version is not used, and closing it ends its process', async () => {
  const other = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(other, 'spawn');
  const server = await impostor({ version: holderVersion + 1, pid: other.pid ?? 0, secret: place.secret });
  const notes: string[] = [];
  const request = {
    holdMs: undefined,
    askPassphrase: undefined,
    note: (_node: string, text: string) => notes.push(text),
    own: () => Promise.reject(new Error('not asked here')),
  };
  expect(await openHoldingTransport(request, env)).toBeUndefined();
  expect(notes.join()).toMatch(/^process \d+ is of another version \(`dsh holder close` ends it\)/);
  await expect(holderStatus(env)).rejects.toMatchObject({ code: 'holder-unfit', hint: 'dsh holder close' });
  const ended = once(other, 'exit');
  await closeHolder(env);
  expect(await ended).toEqual([null, 'SIGTERM']);
  server.close();
});

it('one that does not know the secret is not believed, whatever process it names', async () => {
  const server = await impostor({ version: holderVersion + 1, pid: process.pid, secret: Buffer.alloc(32) });
  await expect(closeHolder(env)).rejects.toMatchObject({
    code: 'holder-unfit',
    message: expect.stringContaining('it is not ours'),
  });
  server.close();
});

/** Greets as a holder does, with these claims. */
async function impostor(claims: {
  readonly version: number;
  readonly pid: number;
  readonly secret: Buffer;
}): Promise<Server> {
  const server = createServer((socket) => {
    const link = new Link<HolderMessage, RunMessage>(socket, {
      message(message) {
        if (message.kind !== 'hello') return;
        const { secret, ...said } = claims;
        const proof = proofOf('holder', secret, { run: message.nonce, holder: 'nonce' });
        link.send({ kind: 'welcome', nonce: 'nonce', proof, ...said });
      },
      data() {},
    });
  }).listen(place.file('socket'));
  await once(server, 'listening');
  return server;
}
