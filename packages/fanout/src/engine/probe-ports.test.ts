import { createServer, type Server } from 'node:net';
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Target, TargetSettings } from '../model/target.ts';
import { resolveTargets } from '../ssh-config/resolve-targets.ts';
import { probePorts } from './probe-ports.ts';

/** A listener on a port of its own, and a port that nobody has. */
let server: Server;
let open: number;
let closed: number;
beforeAll(async () => {
  server = await listening();
  open = portOf(server);
  const other = await listening();
  closed = portOf(other);
  await new Promise((resolve) => other.close(resolve));
});
afterAll(() => void server.close());

const target = (node: string, settings: TargetSettings): Target => ({
  node,
  host: parseHostName('127.0.0.1'),
  settings,
});

async function silent(...targets: readonly Target[]): Promise<readonly string[]> {
  const lookup = (name: string) => targets.find(({ node }) => node === name);
  const resolved = await resolveTargets(targets, { sshConfigFile: 'none', lookup });
  const found = await probePorts(resolved, new AbortController().signal);
  return found.map(({ node, reason }) => `${node}: ${reason}`);
}

it('names the nodes whose port does not answer, in the order of the targets', async () => {
  const nodes = [1, 2, 3, 4].map((i) => target(`n${i}`, { port: i % 2 === 0 ? open : closed }));
  expect(await silent(...nodes)).toEqual([
    `n1: connection refused: 127.0.0.1 port ${closed}`,
    `n3: connection refused: 127.0.0.1 port ${closed}`,
  ]);
});

it('judges nodes behind a gateway by the gateway, however many they are', async () => {
  const [up, down] = [target('up', { port: open }), target('down', { port: closed })];
  const behind = [target('a', { gateway: 'down', port: 9 }), target('b', { gateway: 'up', port: 9 })];
  expect(await silent(up, down, ...behind)).toEqual([
    `down: connection refused: 127.0.0.1 port ${closed}`,
    `a: its gateway down does not answer: connection refused: 127.0.0.1 port ${closed}`,
  ]);
});

it('judges nodes behind several gateways by all of them', async () => {
  const gateways = [
    target('gw1', { port: open }),
    target('gw2', { port: closed }),
    target('gw3', { port: closed }),
  ];
  const behind = [target('a', { gateway: 'gw[1-2]', port: 9 }), target('b', { gateway: 'gw[2-3]', port: 9 })];
  const found = await silent(...gateways, ...behind);
  expect(found.filter((line) => /^[ab]/.test(line))).toEqual([
    expect.stringMatching(/^b: none of its gateways answers: gw[23]: connection refused: /),
  ]);
});

it('takes what it cannot ask to be there', async () => {
  expect(await silent(target('here', { port: closed, transport: 'local' }))).toEqual([]);
});

it('ends with the reason of the signal', async () => {
  const resolved = await resolveTargets([target('n1', { port: open })], { sshConfigFile: 'none' });
  await expect(probePorts(resolved, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

function listening(): Promise<Server> {
  const started = createServer((socket) => socket.on('error', () => {}));
  return new Promise((resolve) => {
    started.listen(0, '127.0.0.1', () => resolve(started));
  });
}

function portOf(listener: Server): number {
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP listener');
  return address.port;
}
