// One long-lived channel to a node: bytes both ways, its end, and what becomes of its connection.
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../model/target.ts';
import type { Channel } from '../model/transport.ts';
import { openTestFanout, openTestLab, type TestLab } from '../testing/lab-targets.ts';

let lab: TestLab;
let node: Target;
let other: Target;
beforeAll(async () => {
  lab = await openTestLab({ nodes: 2 });
  const [first, second] = lab.targets;
  if (first === undefined || second === undefined) throw new Error('two nodes were asked for');
  [node, other] = [first, second];
});
afterAll(() => lab[Symbol.asyncDispose]());

const never = new AbortController().signal;

/** What the node says until it has said so much. */
async function answer(channel: Channel, bytes: number): Promise<string> {
  let said = '';
  for await (const chunk of channel.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.length >= bytes) break;
  }
  return said;
}

describe('a stream', () => {
  it('carries questions and answers for as long as both like, with nothing of ours among them', async () => {
    await using fanout = openTestFanout();
    const channel = await fanout.stream(node, { command: 'while read line; do echo "$line!"; done' }, never);
    channel.stdin.write('one\n');
    expect(await answer(channel, 5)).toBe('one!\n');
    channel.stdin.write('two\n');
    expect(await answer(channel, 5)).toBe('two!\n');
    channel.stdin.end();
    channel.stdout.resume();
    expect(await channel.ended).toEqual({ kind: 'exit', code: 0 });
  });

  it('keeps stderr apart and tells how the command ended', async () => {
    await using fanout = openTestFanout();
    const channel = await fanout.stream(node, { command: 'echo out; echo err >&2; exit 3' }, never);
    const [out, err] = await Promise.all([text(channel.stdout), text(channel.stderr)]);
    expect([out, err, await channel.ended]).toEqual(['out\n', 'err\n', { kind: 'exit', code: 3 }]);
  });

  it('is closed by its signal', async () => {
    await using fanout = openTestFanout();
    const stop = new AbortController();
    const channel = await fanout.stream(node, { command: 'echo up; cat' }, stop.signal);
    expect(await answer(channel, 3)).toBe('up\n');
    stop.abort();
    channel.stdout.resume();
    expect((await channel.ended).kind).toBe('lost');
  });

  it('ends with the fan-out that opened it', async () => {
    const fanout = openTestFanout();
    const channel = await fanout.stream(node, { command: 'cat' }, never);
    await fanout[Symbol.asyncDispose]();
    channel.stdout.resume();
    expect((await channel.ended).kind).toBe('lost');
  });

  it('ends when its node dies', async () => {
    await using fanout = openTestFanout();
    const channel = await fanout.stream(other, { command: 'echo up; cat' }, never);
    expect(await answer(channel, 3)).toBe('up\n');
    await lab.lab.fault(other.node, { kind: 'kill' });
    channel.stdout.resume();
    expect((await channel.ended).kind).toBe('lost');
    await lab.lab.fault(other.node, { kind: 'reboot' });
  });

  it('several go to one node at a time', async () => {
    await using fanout = openTestFanout(true);
    const channels = await Promise.all(
      [1, 2, 3].map((i) => fanout.stream(node, { command: `cat; echo ${i}` }, never)),
    );
    for (const channel of channels) channel.stdin.end();
    expect(await Promise.all(channels.map((channel) => text(channel.stdout)))).toEqual(['1\n', '2\n', '3\n']);
  });

  it('to a node that refuses fails with its outcome', async () => {
    await using fanout = openTestFanout();
    const gone = { ...node, settings: { ...node.settings, port: 1 } };
    await expect(fanout.stream(gone, { command: 'true' }, never)).rejects.toMatchObject({
      name: 'ConnectError',
      outcome: { kind: 'unreachable' },
    });
  });
});

describe('explain', () => {
  it('says how each target would be reached and why, in their order, and opens nothing', async () => {
    await using fanout = openTestFanout();
    const nowhere = (name: string, settings: Target['settings']): Target => ({
      ...node,
      node: name,
      settings,
    });
    expect(
      await fanout.explain([
        nowhere('a', { port: 1 }),
        nowhere('b', { port: 1, transport: 'openssh' }),
        nowhere('c', { port: 1, transport: 'local' }),
        nowhere('d', { port: 1, identity: ['/nowhere/id'] }),
      ]),
    ).toEqual([
      { node: 'a', transport: 'ssh2', reason: 'nothing asks for OpenSSH', warnings: [] },
      { node: 'b', transport: 'openssh', reason: 'asked for by the inventory', warnings: [] },
      { node: 'c', transport: 'local', reason: 'asked for by the inventory', warnings: [] },
      {
        node: 'd',
        transport: 'ssh2',
        reason: 'nothing asks for OpenSSH',
        warnings: ['identity file /nowhere/id does not exist'],
      },
    ]);
  });
});
