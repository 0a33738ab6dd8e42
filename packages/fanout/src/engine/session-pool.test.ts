// Kept sessions: never two to a node.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KeyRing } from '../keys/key-ring.ts';
import type { Target } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import { resolveTargets } from '../ssh-config/resolve-targets.ts';
import { openTestLab } from '../testing/lab-targets.ts';
import { createTransports } from '../transport/transports.ts';
import { SessionPool } from './session-pool.ts';

/**
 * Connections to the node that stand, as proc(5) tells: state 01, addresses in hexadecimal of the processor's byte order. By their near
 * ends: a socket is listed twice where others come and go meanwhile.
 */
function standing({ host, settings: { port = 22 } }: Target): number {
  const bytes = host.split('.').map((each) => Number(each).toString(16).padStart(2, '0'));
  const there = `${bytes.toReversed().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
  const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n');
  const nearEnds = rows.flatMap((row) => {
    const [, near = '', remote, state] = row.trim().split(/\s+/);
    return remote === there && state === '01' ? [near] : [];
  });
  return new Set(nearEnds).size;
}

const { signal } = new AbortController();

it('a session is opened when the one before it is closed, and once for all who ask at the same time', async () => {
  await using lab = await openTestLab({ nodes: 1 });
  await using transports = createTransports({ keys: new KeyRing({}) });
  const [target] = lab.targets;
  if (target === undefined) throw new Error('the lab has no node');
  const stoodAtConnect: number[] = [];
  const counting = (transport: Transport): Transport => ({
    name: transport.name,
    connect(resolved, stop) {
      stoodAtConnect.push(standing(target));
      return transport.connect(resolved, stop);
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  });
  await using pool = new SessionPool(
    {
      resolve: (targets) => resolveTargets(targets, { sshConfigFile: 'none' }),
      transport: async (name) => counting(await transports.get(name)),
    },
    true,
  );
  const [first, other] = await Promise.all([pool.acquire(target, signal), pool.acquire(target, signal)]);
  expect(other).toBe(first);
  expect(standing(target)).toBe(1);
  pool.discard(first);
  const second = await pool.acquire(target, signal);
  expect(second).not.toBe(first);
  expect([stoodAtConnect, standing(target)]).toEqual([[0, 0], 1]);
});

it('who has given up while a session was closed opens none', async () => {
  await using lab = await openTestLab({ nodes: 1 });
  await using transports = createTransports({ keys: new KeyRing({}) });
  const [target] = lab.targets;
  if (target === undefined) throw new Error('the lab has no node');
  await using pool = new SessionPool(
    {
      resolve: (targets) => resolveTargets(targets, { sshConfigFile: 'none' }),
      transport: (name) => transports.get(name),
    },
    true,
  );
  pool.discard(await pool.acquire(target, signal));
  const gone = new AbortController();
  const waiting = pool.acquire(target, gone.signal);
  gone.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  expect(standing(target)).toBe(0);
});
