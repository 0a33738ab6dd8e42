import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kexecCheckScript, refusedExit } from './kexec-scripts.ts';

let root: string;
const facts: Readonly<Record<string, string>> = {
  'proc/2/comm': 'kthreadd\n',
  'proc/meminfo': 'MemTotal:        2000000 kB\nMemAvailable:    1500000 kB\n',
  'proc/sys/kernel/kexec_load_disabled': '0\n',
  'sys/kernel/kexec_loaded': '0\n',
  'sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
  'sys/class/net/eth0/address': '52:54:00:00:00:01\n',
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heorot-kexec-'));
  mkdirSync(join(root, 'bin'));
  for (const [program, says] of [
    ['id', '0'],
    ['uname', 'x86_64'],
  ] as const)
    writeFileSync(join(root, 'bin', program), `#!/bin/sh\necho ${says}\n`, { mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true }));

/** The script on a machine with these facts; `undefined` takes one away. */
function check(changed: Readonly<Record<string, string | undefined>> = {}) {
  for (const [path, text] of Object.entries({ ...facts, ...changed })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', kexecCheckScript(25e6, root)], {
    env: { PATH: `${root}/bin:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a node that is asked whether it can start another kernel', () => {
  it('names its cards when it can', () => {
    expect(check()).toEqual({ status: 0, stdout: '52:54:00:00:00:01\n', stderr: '' });
  });

  it.each([
    ['a kernel without kexec', { 'sys/kernel/kexec_loaded': undefined }, 'its kernel has no kexec'],
    [
      'Secure Boot',
      { 'sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' },
      'its kernel is locked down, as Secure Boot does it',
    ],
    [
      'kexec switched off',
      { 'proc/sys/kernel/kexec_load_disabled': '1\n' },
      'its kernel forbids kexec until it is started again (kernel.kexec_load_disabled)',
    ],
    [
      'too little memory',
      { 'proc/meminfo': 'MemTotal: 262144 kB\nMemAvailable: 200000 kB\n' },
      'its memory of 256 MiB is too little for the boot environment',
    ],
    [
      'too little of it free',
      { 'proc/meminfo': 'MemTotal: 2000000 kB\nMemAvailable: 20480 kB\n' },
      'only 20 MiB of its memory are free',
    ],
    [
      'a container',
      { 'proc/2/comm': 'sleep\n' },
      'this is a container: kexec would restart the machine that carries it',
    ],
  ])('refuses, with %s', (_, changed, reason) => {
    expect(check(changed)).toEqual({ status: refusedExit, stdout: '', stderr: `${reason}\n` });
  });

  it('refuses who is not root', () => {
    writeFileSync(join(root, 'bin', 'id'), '#!/bin/sh\necho 1000\n');
    expect(check()).toMatchObject({ status: refusedExit, stderr: 'only root can start another kernel\n' });
  });
});
