import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type ParsedKey } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ecdsa, ed25519, encrypted, type KeyPair, passphrase, writeKey } from './key-pairs.fixture.ts';
import { KeyRing, type KeyRingOptions } from './key-ring.ts';

let folder: string;
const closing: (() => void)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await rm(folder, { recursive: true });
});

describe('keys that log in to a server', () => {
  test.each([
    ['Ed25519', ed25519],
    ['RSA', () => ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 })],
    ['ECDSA 256', ecdsa(256)],
    ['ECDSA 384', ecdsa(384)],
    ['ECDSA 521', ecdsa(521)],
  ] as const)('%s', async (_, make) => {
    const key = await newKey('id', make);
    expect(await logIn({ files: ['id'], accepts: [key] })).toEqual({
      tried: [`publickey ${key.type}`],
      ready: true,
    });
  });

  test('an encrypted one, whose passphrase is asked for once in a process', async () => {
    const key = await newKey('id', encrypted);
    const asked: string[] = [];
    const ring = new KeyRing({
      askPassphrase: async (path, attempt) => {
        asked.push(`${path} ${attempt}`);
        return attempt === 1 ? 'wrong' : passphrase;
      },
    });
    for (let login = 0; login < 3; login++)
      expect((await logIn({ files: ['id'], accepts: [key], ring })).ready).toBe(true);
    await ring.credentials({
      identityFiles: [join(folder, 'id')],
      identitiesOnly: true,
      agentSocket: undefined,
    });
    expect(asked).toEqual([`${join(folder, 'id')} 1`, `${join(folder, 'id')} 2`]);
  });

  test('several encrypted ones: people are asked one question at a time', async () => {
    await newKey('a', encrypted);
    await newKey('b', encrypted);
    let open = 0;
    const most: number[] = [];
    const ring = new KeyRing({
      askPassphrase: async () => {
        most.push(++open);
        await new Promise((later) => setImmediate(later));
        open--;
        return passphrase;
      },
    });
    const ask = (name: string) =>
      ring.credentials({ identityFiles: [join(folder, name)], identitiesOnly: true, agentSocket: undefined });
    expect((await Promise.all(['a', 'b'].map(ask))).map(({ described }) => described.length)).toEqual([1, 1]);
    expect(most).toEqual([1, 1]);
  });

  test('one after the other, in the order of the files', async () => {
    const [first, second] = [await newKey('a'), await newKey('b', ecdsa(256))];
    const { tried } = await logIn({ files: ['a', 'b'], accepts: [second] });
    expect(tried).toEqual([`publickey ${first.type}`, `publickey ${second.type}`]);
  });

  test('are tried without asking first what the server offers', async () => {
    const { tried } = await logIn({ files: [], accepts: [] });
    expect(tried).toEqual([]);
  });
});

describe('an agent', () => {
  test('is asked to sign; its keys that files name go first, files that it does not hold go last', async () => {
    const named = await newKey('named');
    const other = await newKey('elsewhere', ecdsa(384));
    await newKey('file', ecdsa(256));
    const agent = await startAgent([other, named]);
    const { tried } = await logIn({ files: ['file', 'named'], accepts: [], agent });
    expect(tried).toEqual([
      'publickey ssh-ed25519',
      'publickey ecdsa-sha2-nistp384',
      'publickey ecdsa-sha2-nistp256',
    ]);
    expect((await logIn({ files: [], accepts: [other], agent })).ready).toBe(true);
  });

  test('with IdentitiesOnly offers only keys that files name, be it by their public half', async () => {
    const held = await newKey('held');
    await writeFile(join(folder, 'named.pub'), `ssh-ed25519 ${held.getPublicSSH().toString('base64')} me\n`);
    const agent = await startAgent([held]);
    expect((await logIn({ files: ['nothing'], accepts: [held], agent, identitiesOnly: true })).ready).toBe(
      false,
    );
    expect((await logIn({ files: ['named'], accepts: [held], agent, identitiesOnly: true })).ready).toBe(
      true,
    );
    expect((await logIn({ files: ['named.pub'], accepts: [held], agent, identitiesOnly: true })).ready).toBe(
      true,
    );
  });

  test('that holds an encrypted key spares the passphrase', async () => {
    const key = await newKey('id', encrypted);
    const ring = new KeyRing({ askPassphrase: () => Promise.reject(new Error('must not be asked')) });
    expect((await logIn({ files: ['id'], accepts: [key], agent: await startAgent([key]), ring })).ready).toBe(
      true,
    );
  });

  test('that never answers, or is not there, is said, and files are used', async () => {
    const key = await newKey('id');
    const silent = await listen(() => undefined);
    const ring = () => new KeyRing({ agentTimeoutMs: 50 });
    for (const agent of [silent, join(folder, 'nobody')]) {
      const { ready, warnings } = await logIn({
        files: ['id'],
        accepts: [key],
        agent,
        ring: ring(),
        withWarnings: true,
      });
      expect(ready).toBe(true);
      expect(warnings?.[0]).toContain(`agent ${agent}: `);
    }
  });

  test('that holds certificates: said, because ssh2 cannot offer them', async () => {
    const type = 'ssh-ed25519-cert-v01@openssh.com';
    const blob = Buffer.concat([uint32(type.length), Buffer.from(type), Buffer.alloc(64)]);
    const body = Buffer.concat([
      Buffer.from([12]),
      uint32(1),
      uint32(blob.length),
      blob,
      uint32(2),
      Buffer.from('me'),
    ]);
    const agent = await listen((socket) => socket.end(Buffer.concat([uint32(body.length), body])));
    const { warnings } = await logIn({ files: [], accepts: [], agent, withWarnings: true });
    expect(warnings?.[0]).toContain('--transport openssh');
  });
});

describe('keys that are not used are said, with what to do', () => {
  test.each([
    [
      'others can read',
      async (path: string) => chmod(path, 0o644),
      'others can read it (mode 0644) (chmod 600 ',
    ],
    [
      'is no key',
      async (path: string) => writeFile(path, 'hello\n'),
      'Unsupported key format (ssh-keygen -p -f ',
    ],
    ['is not there', async (path: string) => rm(path), 'no such key'],
  ])('one that %s', async (_, spoil, complaint) => {
    await newKey('id');
    await spoil(join(folder, 'id'));
    const credentials = await ringFor({ identityFiles: ['id'] });
    expect(credentials.described).toEqual([]);
    expect(credentials.warnings[0]).toContain(complaint);
  });

  test('an encrypted one that nobody can open', async () => {
    await newKey('id', encrypted);
    expect((await ringFor({ identityFiles: ['id'] })).warnings[0]).toContain(
      'it is encrypted, and no passphrase opened it (ssh-add ',
    );
  });

  test('a public half whose private half no agent holds', async () => {
    await writeFile(join(folder, 'id.pub'), ssh2.utils.generateKeyPairSync('ed25519').public);
    expect((await ringFor({ identityFiles: ['id'] })).warnings[0]).toContain(
      'its private half is neither here nor in the agent',
    );
  });
});

describe('a password', () => {
  test('is sent after the keys, and only where the server takes one', async () => {
    const key = await newKey('id');
    const ring = new KeyRing({ password: { kind: 'prompt', ask: async () => 'secret' } });
    const { tried, ready } = await logIn({ files: ['id'], accepts: [], password: 'secret', ring });
    expect([tried, ready]).toEqual([[`publickey ${key.type}`, 'password'], true]);
    expect((await logIn({ files: ['id'], accepts: [], ring, methods: ['publickey'] })).tried).toEqual([
      `publickey ${key.type}`,
    ]);
  });

  test('is asked for once', async () => {
    let asked = 0;
    const ring = new KeyRing({ password: { kind: 'prompt', ask: async () => `secret${++asked}` } });
    expect((await logIn({ files: [], accepts: [], password: 'secret1', ring })).ready).toBe(true);
    expect((await logIn({ files: [], accepts: [], password: 'secret1', ring })).ready).toBe(true);
  });

  test('answers the one hidden question of keyboard-interactive', async () => {
    const ring = new KeyRing({ password: { kind: 'prompt', ask: async () => 'secret' } });
    expect(
      (await logIn({ files: [], accepts: [], password: 'secret', ring, methods: ['keyboard-interactive'] }))
        .ready,
    ).toBe(true);
  });
});

/** A key pair in the test's folder. */
const newKey = (name: string, make?: () => KeyPair) => writeKey(folder, name, make);

interface Login {
  readonly files: readonly string[];
  readonly accepts: readonly ParsedKey[];
  readonly agent?: string;
  readonly identitiesOnly?: boolean;
  readonly ring?: KeyRing;
  readonly password?: string;
  readonly methods?: readonly ('publickey' | 'password' | 'keyboard-interactive')[];
  readonly withWarnings?: boolean;
}

const hostKey = ecdsa(256)().private;

/** Logs in to a real server; tells what it was offered, and whether it opened. */
async function logIn(
  login: Login,
): Promise<{ tried: string[]; ready: boolean; warnings?: readonly string[] }> {
  const credentials = await (login.ring ?? new KeyRing()).credentials({
    identityFiles: login.files.map((name) => join(folder, name)),
    identitiesOnly: login.identitiesOnly ?? false,
    agentSocket: login.agent,
  });
  const tried: string[] = [];
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => judge(context, login, tried));
  });
  const port = await new Promise<number>((listening) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      listening(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
  const client = new ssh2.Client();
  const ready = await new Promise<boolean>((done) => {
    client.on('ready', () => done(true)).on('error', () => done(false));
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'root',
      authHandler: credentials.authHandler('root'),
      hostVerifier: () => true,
    });
  });
  client.end();
  server.close();
  return { tried, ready, ...(login.withWarnings === true ? { warnings: credentials.warnings } : {}) };
}

function judge(
  context: AuthContext,
  { accepts, password, methods = ['publickey', 'password'] }: Login,
  tried: string[],
): void {
  const left = [...methods];
  if (context.method === 'keyboard-interactive' && methods.includes('keyboard-interactive')) {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
      answers[0] === password ? context.accept() : context.reject(left),
    );
    return;
  }
  if (context.method === 'publickey') {
    const { key, signature, blob, hashAlgo } = context;
    if (signature === undefined) tried.push(`publickey ${key.algo}`);
    const found = accepts.find((accepted) => accepted.getPublicSSH().equals(key.data));
    if (found === undefined) return context.reject(left);
    if (signature === undefined || blob === undefined) return context.accept();
    return found.verify(blob, signature, hashAlgo) ? context.accept() : context.reject(left);
  }
  if (context.method === 'none') return context.reject(left);
  tried.push(context.method);
  if (context.method === 'password' && methods.includes('password') && context.password === password)
    return context.accept();
  return context.reject(left);
}

async function ringFor(target: { identityFiles: readonly string[] }, options: KeyRingOptions = {}) {
  const identityFiles = target.identityFiles.map((name) => join(folder, name));
  return new KeyRing(options).credentials({ identityFiles, identitiesOnly: false, agentSocket: undefined });
}

async function startAgent(keys: readonly ParsedKey[]): Promise<string> {
  return listen((socket) => {
    const protocol = new ssh2.AgentProtocol(false);
    protocol.on('identities', (request) => protocol.getIdentitiesReply(request, [...keys]));
    protocol.on('sign', (request, publicKey, data, { hash }) => {
      const key = keys.find((held) => held.getPublicSSH().equals(publicKey.getPublicSSH()));
      if (key === undefined) protocol.failureReply(request);
      else protocol.signReply(request, key.sign(data, hash));
    });
    socket.pipe(protocol).pipe(socket);
  });
}

async function listen(serve: (socket: Socket) => void): Promise<string> {
  const path = join(folder, `agent-${closing.length}`);
  const server: Server = createServer((socket) => {
    closing.push(() => socket.destroy());
    serve(socket.on('error', () => undefined));
  });
  closing.push(() => server.close());
  await new Promise<void>((listening) => {
    server.listen(path, listening);
  });
  return path;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
