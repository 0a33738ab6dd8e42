// The embedded lab as the real ssh, pdsh and clush see it. Needs openssh-client, pdsh and clustershell.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedLab, startEmbeddedLab } from '../src/index.ts';
import { run, ssh } from './run.fixture.ts';

let lab: EmbeddedLab;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
  lab = await startEmbeddedLab({ folder, nodes: 4 });
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the real ssh', () => {
  it.each([0, 1, 7, 255])('is told exit code %i', async (code) => {
    expect((await ssh(lab, 'n1', `exit ${code}`)).code).toBe(code);
  });

  it('is told by which signal a command ended', async () => {
    const { code, stderr } = await ssh(lab, '-v', 'n1', 'kill -TERM $$');
    expect(code).toBe(255);
    expect(stderr).toMatch(/rtype exit-signal/);
  });

  it('gets a terminal', async () => {
    const { stdout, code } = await ssh(lab, '-tt', 'n2', 'tty; hostname; exit 4');
    expect(stdout).toMatch(/^\/dev\/pts\/\d+\r\nn2\r\n$/);
    expect(code).toBe(4);
  });

  it('goes through a node to another', async () => {
    expect((await ssh(lab, '-J', 'n1', 'n2', 'hostname')).stdout).toBe('n2\n');
  });

  it('shares a connection between sessions', async () => {
    const control = join(folder, 'mux');
    await ssh(lab, '-M', '-S', control, '-f', '-N', 'n3');
    const { stdout } = await ssh(lab, '-S', control, 'n3', 'hostname');
    await ssh(lab, '-S', control, '-O', 'exit', 'n3');
    expect(stdout).toBe('n3\n');
  });

  it('raises the alarm at a new host key', async () => {
    await lab.fault('n4', { kind: 'new-host-key' });
    expect((await ssh(lab, 'n4', 'true')).stderr).toMatch(/REMOTE HOST IDENTIFICATION HAS CHANGED/);
  });
});

it('pdsh and clush work on it through its ssh_config', async () => {
  const append = `PDSH_SSH_ARGS_APPEND=-F ${lab.sshConfig}`;
  const pdsh = await run('env', [append, 'pdsh', '-R', 'ssh', '-w', 'n[1-3]', 'uname', '-n']);
  expect(pdsh.stdout.split('\n').sort()).toEqual(['', 'n1: n1', 'n2: n2', 'n3: n3']);
  const clush = await run('clush', ['-o', `-F ${lab.sshConfig}`, '-w', 'n[1-3]', 'uname', '-n']);
  expect(clush.stdout.split('\n').sort()).toEqual(['', 'n1: n1', 'n2: n2', 'n3: n3']);
});
