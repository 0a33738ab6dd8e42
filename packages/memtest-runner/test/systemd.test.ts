// The detached start on nodes with a real systemd: a run is a unit of its own there, whatever becomes of the session that began it.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeResult, RunResult } from '../src/model/run-result.ts';
import { runMemtest } from '../src/testing/run-memtest.ts';

let folder = '';
let lab: NamespacesLab;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'memtest-systemd-'));
  // PAM: what a session leaves behind is logind's then, to be ended at its end.
  const sshd = { '*': { config: ['UsePAM yes'] } };
  lab = await startNamespacesLab({ folder, nodes: 2, init: 'systemd', sshd });
  env = {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'heorot-test-engines'),
  };
}, 120_000);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** What a command on the node says. */
async function told(node: string, command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ssh', ['-F', lab.sshConfig, node, command]);
  return stdout;
}

const small = ['--engines', 'march', '--memory', '32M', '--reserve', '64M'];

/** Begins a run and leaves: its id. */
async function begin(node: string, time: string): Promise<string> {
  const { stdout } = await runMemtest(['run', '-w', node, '--for', time, ...small, '--json'], env);
  const { id }: { id: string } = JSON.parse(stdout);
  return id;
}

const stateOf = (node: string, id: string): Promise<string> =>
  told(node, `systemctl is-active heorot-memtest-${id} || true`);

async function resultOf(verb: string, id: string): Promise<{ code: number; node: NodeResult | undefined }> {
  const { code, stdout } = await runMemtest([verb, id, '--json'], env);
  const run: RunResult = JSON.parse(stdout);
  return { code, node: run.nodes[0] };
}

describe('a run on a node with systemd', () => {
  it('goes on where logind ends all that a session leaves behind', async () => {
    const settings = '[Login]\\nKillUserProcesses=yes\\nKillExcludeUsers=nobody\\n';
    await told(
      'n1',
      `mkdir -p /etc/systemd/logind.conf.d && printf '${settings}' >/etc/systemd/logind.conf.d/kill.conf &&
       systemctl start dbus && systemctl restart systemd-logind`,
    );
    const id = await begin('n1', '8s');
    await told('n1', 'setsid sleep 4711 </dev/null >/dev/null 2>&1 &');
    while ((await told('n1', 'pgrep -fx "sleep 4711" || true')) !== '') await sleep(200);
    expect(await stateOf('n1', id)).toBe('active\n');
    const unit = `heorot-memtest-${id}.service`;
    expect(await told('n1', `cat /proc/$(systemctl show -P MainPID ${unit})/cgroup`)).toMatch(
      new RegExp(`^0::/system.slice/${unit}$`, 'm'),
    );
    expect(await told('n1', `systemctl show -P OOMPolicy -P OOMScoreAdjust ${unit}`)).toBe(
      'continue\n-900\n',
    );
    const { code, node } = await resultOf('attach', id);
    expect([code, node?.verdict]).toEqual([0, 'pass']);
    expect(await stateOf('n1', id)).toBe('inactive\n');
  });

  it('is ended by stop, engines and unit', async () => {
    const id = await begin('n1', '10m');
    const { code, node } = await resultOf('stop', id);
    expect([code, node?.verdict]).toEqual([1, 'pass-degraded']);
    expect(await stateOf('n1', id)).toBe('inactive\n');
    expect(await told('n1', 'pgrep ^march- || true')).toBe('');
  });

  it('is told as crashed when the node was reset, with the phase it was in', async () => {
    const id = await begin('n2', '10m');
    while (!(await told('n2', 'cat .cache/heorot-memtest/runs/*/n2/1.march.out')).includes('"march 1/7'))
      await sleep(200);
    await lab.fault('n2', { kind: 'reboot' });
    const { code, node } = await resultOf('attach', id);
    expect([code, node?.verdict]).toEqual([1, 'crashed']);
    expect(node?.bootIds).toHaveLength(2);
    expect(node?.reasons.map(({ text }) => text).join()).toContain('during phase march, pass');
  });
});
