// Long-lived channels over every transport, against OpenSSH's sshd.
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFanout } from '../src/engine/open-fanout.ts';
import type { Target } from '../src/model/target.ts';
import { type Sshd, startSshd } from './fixtures/sshd.ts';
import { never, targetOf } from './fixtures/targets.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ address: '127.88.0.2' });
});
afterAll(() => sshd[Symbol.asyncDispose]());

describe.each(['ssh2', 'openssh', 'local'] as const)('a stream through %s', (transport) => {
  const target = (): Target => {
    const { host, port, user, identityFiles, knownHostsFiles } = targetOf(sshd, transport);
    const [knownHosts] = knownHostsFiles;
    const files = { identity: identityFiles, ...(knownHosts === undefined ? {} : { knownHosts }) };
    return { node: 'n1', host: parseHostName(host), settings: { port, user, transport, ...files } };
  };
  const fanoutOf = () => openFanout({ connection: { sshConfigFile: 'none' } });

  test('carries bytes both ways until its stdin ends', async () => {
    await using fanout = fanoutOf();
    const channel = await fanout.stream(target(), { command: 'tr a-z A-Z; exit 4' }, never);
    const chunks: Buffer[] = [];
    channel.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    channel.stderr.resume();
    for (let line = 0; line < 1000; line++) channel.stdin.write(`line ${line}\n`);
    channel.stdin.end();
    expect(await channel.ended).toEqual({ kind: 'exit', code: 4 });
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([1000, 'LINE 0', 'LINE 999']);
  });

  test('is closed by its signal', async () => {
    await using fanout = fanoutOf();
    const stop = new AbortController();
    const channel = await fanout.stream(target(), { command: 'cat' }, stop.signal);
    channel.stdout.resume();
    channel.stderr.resume();
    stop.abort();
    expect((await channel.ended).kind).not.toBe('exit');
  });

  test('is reached as it was explained', async () => {
    await using fanout = fanoutOf();
    expect(await fanout.explain([target()])).toEqual([
      { node: 'n1', transport, reason: 'asked for by the inventory', warnings: [] },
    ]);
  });
});
