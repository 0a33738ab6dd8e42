// The namespaces lab as the real ssh sees it. Needs root, openssh-server, openssh-client and iproute2.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NamespacesLab, startNamespacesLab } from '../src/index.ts';
import { run, ssh } from './run.fixture.ts';

let lab: NamespacesLab;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
  lab = await startNamespacesLab({
    folder,
    nodes: 5,
    passphrase: 'mere',
    sshd: {
      n2: { config: ['MaxSessions 1', 'ForceCommand echo forced'] },
      n4: { hostKeys: ['rsa', 'ecdsa'], config: ['KexAlgorithms ecdh-sha2-nistp256'] },
    },
  });
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const bootIdOf = async (node: string): Promise<string> =>
  (await ssh(lab, node, 'cat /proc/sys/kernel/random/boot_id')).stdout;

describe('a node in namespaces', () => {
  it('is a machine of its own', async () => {
    const { stdout } = await ssh(lab, 'n3', 'hostname; cat /etc/hostname; pwd; cat motd; ls /sys/class/net');
    expect(stdout).toBe('n3\nn3\n/root\nWelcome to n3\neth0\nlo\n');
  });

  it('sees only its own processes', async () => {
    const { stdout } = await ssh(lab, 'n1', 'cat /proc/1/comm; ls -d /proc/[0-9]* | wc -l');
    const [init, count] = stdout.split('\n');
    expect(init).toBe('sshd');
    expect(Number(count)).toBeLessThan(10);
  });

  it('knows its neighbours by name, and reaches them', async () => {
    const { stdout } = await ssh(lab, 'n1', 'exec 3<>/dev/tcp/n3/22; head -c 8 <&3');
    expect(stdout).toBe('SSH-2.0-');
  });

  it('is a gateway to its neighbours', async () => {
    const { stdout } = await ssh(lab, '-J', 'n1', 'n3', 'hostname; echo $SSH_CONNECTION');
    const addressOf = (name: string) => lab.nodes.find((node) => node.name === name)?.address;
    expect(stdout).toMatch(new RegExp(`^n3\n${addressOf('n1')} \\d+ ${addressOf('n3')} 22\n$`));
  });

  it('has a user without powers', async () => {
    const { stdout } = await ssh(
      lab,
      '-l',
      'heorot',
      'n1',
      'id -un; pwd; touch mine && echo made; touch /etc/x || true',
    );
    expect(stdout).toBe('heorot\n/home/heorot\nmade\n');
  });

  it('obeys the sshd_config it was given', async () => {
    expect((await ssh(lab, 'n2', 'hostname')).stdout).toBe('forced\n');
    const { stderr } = await ssh(lab, '-v', 'n4', 'true');
    expect(stderr).toMatch(/kex: algorithm: ecdh-sha2-nistp256/);
    expect(stderr).toMatch(/Server host key: ecdsa-sha2-nistp256|Server host key: ssh-rsa/);
  });

  it('takes the encrypted key as well', async () => {
    const { stdout } = await run('ssh-keygen', ['-y', '-P', 'mere', '-f', lab.encryptedIdentity ?? '']);
    const authorized = await readFile(join(folder, 'nodes', 'n1', 'etc', 'ssh', 'authorized_keys'), 'utf8');
    expect(authorized).toContain(stdout.trim().split(' ')[1]);
  });
});

describe('a fault in namespaces', () => {
  it('kill: connections are refused, every process is gone; reboot: it is back with another boot id', async () => {
    const before = await bootIdOf('n3');
    await ssh(lab, 'n3', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
    await lab.fault('n3', { kind: 'kill' });
    const { code, stderr } = await ssh(lab, 'n3', 'true');
    expect(code).toBe(255);
    expect(stderr).toMatch(/Connection refused/);
    await lab.fault('n3', { kind: 'reboot' });
    expect(await bootIdOf('n3')).not.toBe(before);
    expect((await ssh(lab, 'n3', 'ps -e -o comm=')).stdout).not.toMatch(/sleep/);
  });

  it('freeze: connections are accepted and nothing answers; thaw: it goes on', async () => {
    await lab.fault('n3', { kind: 'freeze' });
    const { code, stderr } = await ssh(lab, '-o', 'ConnectTimeout=1', 'n3', 'true');
    expect(code).toBe(255);
    expect(stderr).toMatch(/timed out during banner exchange/);
    await lab.fault('n3', { kind: 'thaw' });
    expect((await ssh(lab, 'n3', 'hostname')).stdout).toBe('n3\n');
  });

  it('partition: packets vanish; heal: they arrive', async () => {
    await lab.fault('n3', { kind: 'partition' });
    const { code, stderr } = await ssh(lab, '-o', 'ConnectTimeout=1', 'n3', 'true');
    expect(code).toBe(255);
    expect(stderr).toMatch(/Connection timed out/);
    await lab.fault('n3', { kind: 'reboot' });
    expect((await ssh(lab, '-o', 'ConnectTimeout=1', 'n3', 'true')).code).toBe(255);
    await lab.fault('n3', { kind: 'heal' });
    expect((await ssh(lab, 'n3', 'hostname')).stdout).toBe('n3\n');
  });

  it('slow: no answer comes before the delay; or it says that the kernel cannot', async () => {
    const outcome = await lab.fault('n3', { kind: 'slow', delayMs: 100, bytesPerSecond: 1_000_000 }).then(
      () => 'slow',
      (error: unknown) => (error instanceof HeorotError ? error.code : error),
    );
    const start = performance.now();
    expect((await ssh(lab, 'n3', 'hostname')).stdout).toBe('n3\n');
    const delayed = performance.now() - start > 100;
    expect(outcome === 'slow' ? delayed : outcome).toBe(outcome === 'slow' ? true : 'lab-slow-unsupported');
    await lab.fault('n3', { kind: 'heal' });
  });

  it('a new host key is an alarm to ssh', async () => {
    await lab.fault('n5', { kind: 'new-host-key' });
    const { code, stderr } = await ssh(lab, 'n5', 'true');
    expect(code).toBe(255);
    expect(stderr).toMatch(/REMOTE HOST IDENTIFICATION HAS CHANGED/);
  });
});

describe('labs in namespaces side by side', () => {
  it('do not clash, and leave nothing behind', async () => {
    const other = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
    let subnet = '';
    const traces = async (): Promise<ReadonlySet<string>> => {
      const namespaces = await run('ip', ['netns', 'list']);
      const links = await run('ip', ['-o', 'link']);
      const ours = new RegExp(`\\bheorot-?${subnet}\\b(-n\\d+)?`, 'g');
      return new Set(`${namespaces.stdout}${links.stdout}`.match(ours));
    };
    {
      await using second = await startNamespacesLab({ folder: other, nodes: 1 });
      subnet = (second.nodes[0]?.address ?? '').split('.').slice(1, 3).join('-');
      expect((await ssh(second, 'n1', 'hostname')).stdout).toBe('n1\n');
      expect((await ssh(lab, 'n1', 'hostname')).stdout).toBe('n1\n');
      expect(await traces()).toEqual(new Set([`heorot-${subnet}`, `heorot-${subnet}-n1`, `heorot${subnet}`]));
    }
    expect(await traces()).toEqual(new Set());
    await rm(other, { recursive: true });
  });
});
