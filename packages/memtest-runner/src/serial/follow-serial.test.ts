// follow-serial as typed: consoles that grow, that never end, that fall silent.
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeResult, RunResult } from '../model/run-result.ts';
import { runMemtest, startMemtest } from '../testing/run-memtest.ts';
import { SerialReading } from './serial-reading.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../test/fixtures/engines', name);
let folder = '';
let env: Readonly<Record<string, string>>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serial-'));
  env = { HOME: folder, PATH: process.env['PATH'] ?? '', XDG_STATE_HOME: join(folder, 'state') };
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

const begin = 'MTLOG ts=0.0 ev=start version=8.00 mem_mb=64\r\n';
const pass = (number: number) => `MTLOG ts=${number}.5 ev=pass_end pass=${number} errors=0\r\n`;
const nodeOf = (stdout: string): NodeResult | undefined => {
  const result: RunResult = JSON.parse(stdout);
  return result.nodes[0];
};

describe('a console', () => {
  it('that grows is read until the passes are done, and memtest86+ may go on', async () => {
    const path = join(folder, 'n7.console');
    writeFileSync(path, begin);
    const command = startMemtest(['follow-serial', '--node', 'n7', '--passes', '2', path, '--json'], env);
    const growing = [0, 1, 2, 3].map((number) =>
      setTimeout(() => appendFileSync(path, pass(number)), 300 * (number + 1)),
    );
    const { code, stdout } = await command.done;
    for (const timer of growing) clearTimeout(timer);
    expect([code, nodeOf(stdout)]).toMatchObject([
      0,
      {
        node: 'n7',
        verdict: 'pass',
        engines: [{ engine: 'memtest86+', ending: 'complete', bytesTested: 64 << 20 }],
      },
    ]);
  });

  it('of a command that never ends is left when the passes are done', async () => {
    const endless = `printf '${begin.trim()}\\n${pass(0).trim()}\\n'; while :; do echo MTLOG ts=9 ev=beacon; sleep 0.2; done`;
    expect(await runMemtest(['follow-serial', '--command', endless], env)).toMatchObject({
      code: 0,
      stdout: '1 pass · 64 MiB of memory tested\n',
    });
  });

  it('of a virtual machine is a socket', async () => {
    const path = join(folder, 'console.sock');
    const server = createServer((socket) => socket.write(begin + pass(0)));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const { code, stdout } = await runMemtest(['follow-serial', `unix:${path}`], env);
    server.close();
    expect([code, stdout]).toEqual([0, '1 pass · 64 MiB of memory tested\n']);
  });

  it('that falls silent before the end is a machine that is lost, and not one that passed', async () => {
    const path = join(folder, 'n7.console');
    writeFileSync(path, begin);
    const { code, stdout } = await runMemtest(
      ['follow-serial', '--silent-after', '500ms', path, '--json'],
      env,
    );
    expect([code, nodeOf(stdout)?.verdict]).toEqual([4, 'lost']);
  });

  it('on which errors were seen gives their address and bits', async () => {
    const path = join(folder, 'n7.console');
    copyFileSync(fixture('memtest86-screen-bad.ansi'), path);
    const { code, stdout } = await runMemtest(['follow-serial', '--until-end', path, '--json'], env);
    expect([code, nodeOf(stdout)]).toMatchObject([
      1,
      { verdict: 'data-error', engines: [{ findings: [{ address: '0x000002800008', xor: '0x400' }] }] },
    ]);
  });

  it('that shows something else is no test', async () => {
    const path = join(folder, 'n7.console');
    writeFileSync(path, 'Debian GNU/Linux 12 n7 ttyS0\n\nn7 login: ');
    const { stdout } = await runMemtest(['follow-serial', '--until-end', path, '--json'], env);
    expect(nodeOf(stdout)).toMatchObject({ verdict: 'tool-error' });
  });

  it.each([[[]], [['a', 'b']], [['--command', 'true', 'a']]])('%j is refused', async (operands) => {
    expect((await runMemtest(['follow-serial', ...operands], env)).code).toBe(2);
  });
});

it('a console that says errors for days takes no more memory than one that says them for minutes', () => {
  const reading = new SerialReading(1000);
  reading.push(Buffer.from(begin));
  const errors = Array.from(
    { length: 20_000 },
    (_, at) =>
      `MTLOG ts=${at} ev=error test=3 addr=0x${(at * 8).toString(16)} expected=0xff found=0xfe errors=${at + 1}\n`,
  ).join('');
  for (let day = 0; day < 6; day++) reading.push(Buffer.from(errors));
  const report = reading.report();
  expect([report.findings.length, report.findingCount >= 20_000, report.variant]).toEqual([
    1000,
    true,
    'memtest86+ 8.00',
  ]);
});
