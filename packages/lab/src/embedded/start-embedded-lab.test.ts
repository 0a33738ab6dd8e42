import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, exitOf, logIn, nodeOf, open, runOn, sha256 } from './client.test.fixture.ts';
import { type EmbeddedLab, startEmbeddedLab } from './start-embedded-lab.ts';

let lab: EmbeddedLab;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
  lab = await startEmbeddedLab({
    folder,
    access: { password: 'grendel', passphrase: 'mere' },
    behaviours: {
      n4: { startup: 'echo "welcome to the machine"\n' },
      n5: { lying: 'always-zero' },
      n6: { lying: 'no-exit-status', hostKey: 'ecdsa' },
      n7: { flooding: true, hostKey: 'rsa', banner: 'authorised use only\n' },
      n8: { builtIn: true },
    },
  });
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('an embedded node', () => {
  it('runs a command through a shell and gives its output and exit code', async () => {
    const answer = await runOn(lab, 'n1', 'echo out; echo err >&2; exit 7');
    expect({ ...answer, stdout: String(answer.stdout) }).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      code: 7,
      signal: null,
    });
  });

  it.each(['TERM', 'KILL', 'HUP', 'SEGV'])('says that SIG%s ended the shell', async (signal) => {
    expect(await runOn(lab, 'n1', `kill -${signal} $$`)).toMatchObject({ signal: `SIG${signal}` });
  });

  it('has a name, a home, a user and a kernel of its own', async () => {
    const command = 'hostname; uname -n; uname -r; pwd; echo $USER $HOSTNAME; cat motd';
    const { stdout } = await runOn(lab, 'n5', command);
    const home = nodeOf(lab, 'n5').home;
    expect(String(stdout)).toBe(`n5\nn5\n6.1.0-18-amd64\n${home}\ntester n5\nWelcome to n5\n`);
  });

  it('differs from its neighbours in a time server and in a file it lacks', async () => {
    const servers = await Promise.all(['n2', 'n3'].map((node) => runOn(lab, node, 'cat ntp.conf')));
    expect(servers.map(({ stdout }) => /ntp\S+org/.exec(String(stdout))?.[0])).toEqual([
      'ntp1.example.org',
      'ntp-old.example.org',
    ]);
    await expect(stat(join(nodeOf(lab, 'n7').home, 'scratch.mount'))).rejects.toThrow('ENOENT');
  });

  it('leads each command in a process session of its own, as sshd does', async () => {
    const { stdout } = await runOn(lab, 'n1', "echo $$; cut -d' ' -f6 /proc/$$/stat");
    const [pid, session] = String(stdout).split('\n');
    expect(pid).toBe(session);
  });

  it('passes every byte unchanged both ways', async () => {
    const bytes = randomBytes(3_000_000);
    await using client = await logIn(lab, 'n1');
    const { stdout } = await execute(client, 'cat', { input: bytes });
    expect(sha256(stdout)).toBe(sha256(bytes));
  });

  it('keeps stdout and stderr whole when both are larger than the window', async () => {
    const { stdout, stderr } = await runOn(
      lab,
      'n1',
      'head -c 9000000 /dev/zero | tr "\\0" o & head -c 9000000 /dev/zero | tr "\\0" e >&2; wait',
    );
    expect(sha256(stdout)).toBe(sha256(Buffer.alloc(9_000_000, 'o')));
    expect(sha256(Buffer.from(stderr))).toBe(sha256(Buffer.alloc(9_000_000, 'e')));
  });

  it('holds a writer back while nobody reads', async () => {
    await using client = await logIn(lab, 'n1');
    const channel = await open(client, 'head -c 50000000 /dev/zero; echo done >&2');
    const told: unknown[] = [];
    channel.stderr.on('data', (chunk) => told.push(chunk));
    await sleep(300);
    expect(told).toEqual([]);
    const hash = createHash('sha256');
    for await (const chunk of channel) hash.update(chunk);
    expect(hash.digest('hex')).toBe(sha256(Buffer.alloc(50_000_000)));
  });

  it('tells the process that stdin has ended', async () => {
    await using client = await logIn(lab, 'n1');
    const { stdout } = await execute(client, 'wc -c; echo after', { input: 'four' });
    expect(String(stdout)).toBe('4\nafter\n');
  });

  it('lets a process end that does not read its input', async () => {
    await using client = await logIn(lab, 'n1');
    const { code } = await execute(client, 'exit 3', { input: Buffer.alloc(8_000_000) });
    expect(code).toBe(3);
  });

  it('sets the variables that sshd on Debian accepts, and no others', async () => {
    await using client = await logIn(lab, 'n1');
    const { stdout } = await execute(client, 'echo "$LC_TEST|$LD_PRELOAD"', {
      env: { LC_TEST: 'yes', LD_PRELOAD: '/evil.so' },
    });
    expect(String(stdout)).toBe('yes|\n');
  });

  it('gives a terminal of the wished size, and follows its changes', async () => {
    await using client = await logIn(lab, 'n1');
    const channel = await open(
      client,
      'stty size; trap "stty size; exit 4" WINCH; while :; do sleep 0.1; done',
      {
        pty: { cols: 100, rows: 30, term: 'xterm-256color' },
      },
    );
    let seen = '';
    const ended = exitOf(channel);
    for await (const chunk of channel) {
      seen += String(chunk);
      if (seen === '30 100\r\n') channel.setWindow(40, 120, 0, 0);
    }
    expect(seen).toBe('30 100\r\n40 120\r\n');
    expect(await ended).toEqual({ code: 4, signal: null });
  });

  it('sends Ctrl-C through the terminal', async () => {
    await using client = await logIn(lab, 'n1');
    const pty = { cols: 80, rows: 24, term: 'xterm' };
    const channel = await open(client, 'trap "exit 6" INT; echo ready; while :; do sleep 0.05; done', {
      pty,
    });
    const ended = exitOf(channel);
    channel.once('data', () => channel.write('\x03'));
    channel.resume();
    expect(await ended).toEqual({ code: 6, signal: null });
  });

  it('hangs up the terminal of a lost connection', async () => {
    const client = await logIn(lab, 'n1');
    const channel = await open(client, 'echo $$; exec sleep 600', {
      pty: { cols: 80, rows: 24, term: 'xterm' },
    });
    const pid = Number(await new Promise((resolve) => channel.once('data', resolve)));
    client.destroy();
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('delivers a signal to the process group', async () => {
    await using client = await logIn(lab, 'n1');
    const channel = await open(client, 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done');
    const ended = exitOf(channel);
    channel.once('data', () => channel.signal('TERM'));
    expect(await ended).toEqual({ code: 9, signal: null });
  });

  it('starts a login shell', async () => {
    await using client = await logIn(lab, 'n2');
    const channel = await new Promise<Awaited<ReturnType<typeof open>>>((resolve, reject) =>
      client.shell(false, (error, channel) => (error ? reject(error) : resolve(channel))),
    );
    channel.end('hostname; echo $0; exit 5\n');
    const ended = exitOf(channel);
    let seen = '';
    for await (const chunk of channel) seen += String(chunk);
    expect(seen).toBe('n2\n-sh\n');
    expect(await ended).toMatchObject({ code: 5 });
  });

  it('refuses sftp', async () => {
    await using client = await logIn(lab, 'n1');
    const refused = new Promise((resolve) => client.sftp((error) => resolve(error?.message)));
    expect(await refused).toMatch(/unable to start subsystem/i);
  });

  it('takes ten sessions on a connection, as MaxSessions of sshd', async () => {
    await using client = await logIn(lab, 'n1');
    const channels = await Promise.all(Array.from({ length: 10 }, () => open(client, 'cat')));
    await expect(open(client, 'cat')).rejects.toThrow(/channel open failure/i);
    const first = channels[0];
    const ended = first && exitOf(first);
    first?.resume().end();
    await ended;
    await expect(open(client, 'cat')).resolves.toBeDefined();
  });

  it('keeps the process of a lost connection that has no terminal, as sshd does', async () => {
    const client = await logIn(lab, 'n1');
    const channel = await open(client, 'echo $$; exec sleep 600');
    const pid = Number(await new Promise((resolve) => channel.once('data', resolve)));
    client.destroy();
    await sleep(100);
    expect(await isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

/** A zombie whose parent is in no hurry is not alive (proc(5): the state follows the name in parentheses). */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return /\) [^ZX] /.test(stat);
}

describe('access to an embedded node', () => {
  it('is by the lab key, by an encrypted key, or by a password that a test asked for', async () => {
    const encrypted = await readFile(lab.encryptedIdentity ?? '');
    await using one = await logIn(lab, 'n1', { privateKey: encrypted, passphrase: 'mere' });
    await using other = await logIn(lab, 'n1', { authHandler: ['password'], password: 'grendel' });
    expect((await execute(one, 'hostname')).code).toBe(0);
    expect((await execute(other, 'hostname')).code).toBe(0);
  });

  it('ends after six failures, as MaxAuthTries of sshd', async () => {
    let tries = 0;
    const authHandler = () => {
      tries++;
      return { type: 'password' as const, username: 'tester', password: `wrong ${tries}` };
    };
    await expect(logIn(lab, 'n1', { authHandler })).rejects.toThrow('closed before login');
    expect(tries).toBe(6);
  });

  it.each([
    ['n1', 'ssh-ed25519'],
    ['n6', 'ecdsa-sha2-nistp256'],
    ['n7', 'ssh-rsa'],
  ])('%s proves itself with its %s key, as known_hosts says', async (node, type) => {
    const { address, port, hostKeyFingerprint } = nodeOf(lab, node);
    const known = (await readFile(lab.knownHosts, 'utf8')).split('\n').map((line) => line.split(' '));
    const key = known.find(([host]) => host === `[${address}]:${port}`);
    let shown: Buffer = Buffer.alloc(0);
    const hostVerifier = (blob: Buffer): boolean => {
      shown = blob;
      return true;
    };
    await using _client = await logIn(lab, node, { hostVerifier });
    expect(key?.[1]).toBe(type);
    expect(shown.toString('base64')).toBe(key?.[2]);
    const fingerprint = createHash('sha256').update(shown).digest('base64').replace(/=+$/, '');
    expect(hostKeyFingerprint).toBe(`SHA256:${fingerprint}`);
  });

  it('goes through another node, and only to nodes of the lab', async () => {
    await using gateway = await logIn(lab, 'n8');
    const { address, port } = nodeOf(lab, 'n2');
    const forward = (host: string, to: number): Promise<Awaited<ReturnType<typeof open>>> =>
      new Promise((resolve, reject) =>
        gateway.forwardOut('127.0.0.1', 0, host, to, (error, channel) =>
          error ? reject(error) : resolve(channel),
        ),
      );
    await using behind = await logIn(lab, 'n2', { sock: await forward('n2', port) });
    const { stdout } = await execute(behind, 'hostname; echo $SSH_CONNECTION');
    expect(String(stdout)).toMatch(
      new RegExp(`^n2\n${nodeOf(lab, 'n8').address} \\d+ ${address} ${port}\n$`),
    );
    await expect(forward('127.0.0.1', 22)).rejects.toThrow(/channel open failure/i);
  });
});

describe('a node that differs', () => {
  it('prints what its start-up file prints', async () => {
    expect(String((await runOn(lab, 'n4', 'hostname')).stdout)).toBe('welcome to the machine\nn4\n');
  });

  it('lies about how a command ended', async () => {
    expect(await runOn(lab, 'n5', 'exit 3')).toMatchObject({ code: 0 });
    expect(await runOn(lab, 'n6', 'exit 3')).toMatchObject({ code: null, signal: null });
  });

  it('floods after its own output, until its reader leaves', async () => {
    await using client = await logIn(lab, 'n7');
    const channel = await open(client, 'echo $$');
    let first = '';
    let bytes = 0;
    for await (const chunk of channel) {
      first ||= String(chunk).split('\n').slice(0, 2).join('\n');
      bytes += chunk.length;
      if (bytes > 5_000_000) break;
    }
    expect(first).toMatch(/^\d+(\nn7 floods)?/);
    expect(bytes).toBeGreaterThan(5_000_000);
  });

  it('answers trivial commands without a process, with the token that an engine asks for', async () => {
    expect(String((await runOn(lab, 'n8', 'hostname')).stdout)).toBe('n8\n');
    expect(String((await runOn(lab, 'n8', 'echo abc $$; true')).stdout)).toBe('abc 4194305\n');
    expect(String((await runOn(lab, 'n8', 'echo $((6 * 7))')).stdout)).toBe('42\n');
  });
});
