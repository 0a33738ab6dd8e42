import { describe, expect, it } from 'vitest';
import { AlertCommand } from './alert-command.ts';
import type { AlertChange } from './alert-watch.ts';

const raised = (node: string): AlertChange => ({
  change: 'raised',
  alert: 'rx > 1kB/s',
  node,
  interface: '$(touch /tmp/heorot-never); eth0',
  value: 2000,
  since: '2026-01-01T00:00:00.000Z',
  time: '2026-01-01T00:00:05.000Z',
});

async function said(command: string, nodes: readonly string[], limitMs = 20_000): Promise<readonly string[]> {
  const lines: string[] = [];
  const runner = new AlertCommand({
    command,
    env: { PATH: process.env['PATH'] },
    limitMs,
    say: (line) => void lines.push(line),
  });
  for (const node of nodes) runner.run(raised(node));
  await runner.settled();
  return lines;
}

describe('the command of an alert', () => {
  it('learns by its environment what happened; names are never read by a shell', async () => {
    const command = 'echo "$NETMON_NODE $NETMON_CHANGE $NETMON_ALERT $NETMON_INTERFACE $NETMON_VALUE"';
    expect(await said(command, ['n1'])).toEqual([
      '--exec: n1 raised rx > 1kB/s $(touch /tmp/heorot-never); eth0 2000',
    ]);
  });

  it('that fails is told', async () => {
    expect(await said('echo no >&2; exit 3', ['n1'])).toEqual([
      '--exec: no',
      '--exec: rx > 1kB/s on n1: ended with 3',
    ]);
  });

  it('that hangs is ended with all it started', async () => {
    expect(await said('sleep 1000 & sleep 1000', ['n1'], 100)).toEqual([
      '--exec: rx > 1kB/s on n1: took longer than 0.1 s',
    ]);
  });

  it('runs for each alert, however many come at once, up to a bound that is told', async () => {
    const lines = await said(
      'echo x',
      Array.from({ length: 150 }, (_, at) => `n${at}`),
    );
    expect(lines.filter((line) => line === '--exec: x')).toHaveLength(104);
    expect(lines).toContain('--exec: too many alerts at once, the rest runs no command');
  });
});
