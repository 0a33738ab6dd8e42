// Who may use held connections: their owner alone. Needs root (to become another user), openssh-server, iproute2, util-linux.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, stat, symlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type HeldPlace, heldPlace } from './fixtures/held-place.ts';

let place: HeldPlace;
beforeAll(async () => {
  place = await heldPlace();
});
afterEach(() => place.letGo());
afterAll(() => place[Symbol.asyncDispose]());

const dsh = (...argv: string[]) => place.dsh(...argv);

describe('another user of the machine', () => {
  const asNobody = (command: string) =>
    execFileSync('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', 'sh', '-c', command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test('reaches neither the socket nor the secret', async () => {
    await dsh('-w', 'n1', '--hold', '1m', 'true');
    execFileSync('chmod', ['0755', place.desk.folder]);
    const facts = await Promise.all(['', 'socket', 'secret'].map((name) => stat(join(place.folder, name))));
    expect(facts.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600']);
    for (const name of ['socket', 'secret']) {
      expect(() => asNobody(`ls ${join(place.folder, name)}`)).toThrow(/Permission denied/);
    }
  });

  test('who could reach the socket all the same learns nothing without the secret', async () => {
    await dsh('-w', 'n1', '--hold', '1m', 'true');
    const socket = createConnection(join(place.folder, 'socket'));
    let said = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      said = Buffer.concat([said, chunk]);
    });
    socket.on('error', () => {});
    await once(socket, 'connect');
    const frame = (message: object) => {
      const body = Buffer.from(JSON.stringify(message));
      const head = Buffer.alloc(9);
      head.writeUInt32BE(body.length + 5);
      return Buffer.concat([head, body]);
    };
    socket.write(frame({ kind: 'hello', version: 1, nonce: 'x' }));
    await vi.waitFor(() => expect(said.includes('welcome')).toBe(true));
    socket.write(frame({ kind: 'proof', proof: 'guess', answersQuestions: false }));
    socket.write(frame({ kind: 'status' }));
    // The holder may have hung up before this was written: `once` would pass the error on.
    await new Promise((closed) => socket.once('close', closed));
    expect(said.includes('connections')).toBe(false);
  });

  test.each([
    ['is open to others', async (path: string) => void execFileSync('chmod', ['0711', path])],
    ['belongs to another', async (path: string) => void execFileSync('chown', ['65534', path])],
    [
      'is a link to a folder of theirs',
      async (path: string) => {
        await rename(path, `${path}.moved`);
        await mkdir(`${path}.theirs`, { mode: 0o700 });
        await symlink(`${path}.theirs`, path);
      },
    ],
  ])('a folder that %s is not used, and the run connects by itself', async (_what, spoil) => {
    await dsh('-w', 'n1', '--hold', '1m', 'true');
    const path = place.folder;
    await spoil(path);
    try {
      const run = await dsh('-w', 'n1', 'hostname');
      expect([run.code, run.stdout]).toEqual([0, 'n1: n1\n']);
      expect(run.stderr).toContain("the holder's folder");
    } finally {
      execFileSync('sh', [
        '-c',
        `if [ -L "$0" ]; then rm "$0"; mv "$0.moved" "$0"; fi; chown 0 "$0"; chmod 0700 "$0"`,
        path,
      ]);
    }
  });

  test('who listens in its place without the secret is sent nothing but a greeting', async () => {
    await dsh('-w', 'n1', '--hold', '1m', 'true');
    const socket = join(place.folder, 'socket');
    await rename(socket, `${socket}.real`);
    let heard = '';
    const server = createServer((client) => {
      client.on('error', () => {});
      client.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        const body = Buffer.from(
          JSON.stringify({ kind: 'welcome', version: 1, nonce: 'y', proof: 'guess', pid: 1 }),
        );
        const head = Buffer.alloc(9);
        head.writeUInt32BE(body.length + 5);
        client.write(Buffer.concat([head, body]));
      });
    }).listen(socket);
    await once(server, 'listening');
    try {
      const run = await dsh('-w', 'n1', 'hostname');
      expect([run.code, run.stdout]).toEqual([0, 'n1: n1\n']);
      expect(run.stderr).toContain('it is not ours');
      expect(heard).not.toContain('n1');
    } finally {
      server.close();
      await rename(`${socket}.real`, socket);
    }
  });
});
