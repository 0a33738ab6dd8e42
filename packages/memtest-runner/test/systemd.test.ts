// The detached start on nodes with a real systemd: a run is a unit of its own there, whatever becomes of the session that began it.
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startNamespacesLab } from '@heorot/lab';
import { describe, expect, it } from 'vitest';
import { answerOf, headOf, untilItTests } from './head.fixture.ts';

// PAM: what a session leaves behind is logind's then, to be ended at its end.
const sshd = { '*': { config: ['UsePAM yes'] } };
const head = headOf('memtest-systemd', (folder) =>
  startNamespacesLab({ folder, nodes: 2, init: 'systemd', sshd }),
);

/** What a command on the node says. */
async function told(node: string, command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ssh', ['-F', head.lab.sshConfig, node, command]);
  return stdout;
}

const small = ['--engines', 'march', '--memory', '32M', '--reserve', '64M'];

/** Begins a run and leaves: its id. */
async function begin(node: string, ...long: readonly string[]): Promise<string> {
  const { stdout } = await head.type('run', '-w', node, ...long, ...small, '--json').done;
  const { id }: { id: string } = JSON.parse(stdout);
  return id;
}

const stateOf = (node: string, id: string): Promise<string> =>
  told(node, `systemctl is-active heorot-memtest-${id} || true`);

async function resultOf(verb: string, id: string) {
  const { code, result } = await answerOf(head.type(verb, id, '--json'));
  return { code, node: result.nodes[0] };
}

describe('a run on a node with systemd', () => {
  it('goes on where logind ends all that a session leaves behind', async () => {
    const settings = '[Login]\\nKillUserProcesses=yes\\nKillExcludeUsers=nobody\\n';
    await told(
      'n1',
      `mkdir -p /etc/systemd/logind.conf.d && printf '${settings}' >/etc/systemd/logind.conf.d/kill.conf &&
       systemctl start dbus && systemctl restart systemd-logind`,
    );
    const id = await begin('n1', '--passes', '4');
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
    const id = await begin('n1', '--for', '10m');
    const { code, node } = await resultOf('stop', id);
    expect([code, node?.verdict]).toEqual([1, 'pass-degraded']);
    expect(await stateOf('n1', id)).toBe('inactive\n');
    expect(await told('n1', 'pgrep ^march- || true')).toBe('');
  });

  it('is told as crashed when the node was reset, with the phase it was in', async () => {
    const id = await begin('n2', '--for', '10m');
    await untilItTests(head, 'n2');
    await head.lab.fault('n2', { kind: 'reboot' });
    const { code, node } = await resultOf('attach', id);
    expect([code, node?.verdict]).toEqual([1, 'crashed']);
    expect(node?.bootIds).toHaveLength(2);
    expect(node?.reasons.map(({ text }) => text).join()).toContain('during phase march, pass');
  });
});
