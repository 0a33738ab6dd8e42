// Nodes that accept a connection and say nothing, before others that are there.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseHostName } from '@heorot/inventory';
import { expect, test } from 'vitest';
import type { Schedule } from '../model/command.ts';
import { gather, openTestFanout, openTestLab } from '../testing/lab-targets.ts';

/** Who ended in which order, of two silent nodes and one that answers. */
async function orderOf(schedule: Schedule): Promise<readonly string[]> {
  const sockets: { destroy(): unknown }[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const bound = silent.address();
  const port = bound === null || typeof bound === 'string' ? 0 : bound.port;
  try {
    await using lab = await openTestLab({ nodes: 1 });
    await using fanout = openTestFanout();
    const dead = ['dead1', 'dead2'].map((node) => ({
      node,
      host: parseHostName('127.0.0.1'),
      settings: { port, connectTimeoutMs: 8000 },
    }));
    const run = fanout.run([...dead, ...lab.targets], { text: 'true' }, { schedule });
    const { summary } = await gather(run);
    expect(summary.results.map(({ outcome: { kind } }) => kind).toSorted()).toEqual([
      'connect-timeout',
      'connect-timeout',
      'ok',
    ]);
    return summary.results.map(({ node }) => node);
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
}

test.concurrent('make room for those that answer', async ({ expect }) => {
  expect(await orderOf({ fanout: 2 })).toEqual(['n1', 'dead1', 'dead2']);
});

test.concurrent('are waited for where the next node depends on how they end', async ({ expect }) => {
  expect(await orderOf({ fanout: 2, maxFailures: 2 })).toEqual(['dead1', 'dead2', 'n1']);
});
