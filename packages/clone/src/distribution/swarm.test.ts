// Who calls on whom: few for each, so that aria2 gives to all of them, and all of them hang together.
import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { openSwarm, type Peer } from './swarm.ts';

const peer = (at: number): Peer => ({ address: `10.0.${at >> 8}.${at & 255}`, port: 6881 });

/** Peers that come in groups, each of which is there before its first asks; they ask once more when all are there. */
function linksOf(groups: readonly number[]): ReadonlyMap<number, ReadonlySet<number>> {
  const swarm = openSwarm();
  const ends = groups.map((_size, at) => groups.slice(0, at + 1).reduce((sum, size) => sum + size, 0));
  const links = new Map<number, Set<number>>();
  const ask = (from: number): void => {
    for (const { address } of swarm.callsOf(peer(from))) {
      const [, , high = 0, low = 0] = address.split('.').map(Number);
      const to = high * 256 + low;
      links.get(from)?.add(to);
      links.get(to)?.add(from);
    }
  };
  for (const [at, end] of ends.entries()) {
    const group = Array.from({ length: groups[at] ?? 0 }, (_, index) => end - index - 1);
    for (const each of group) {
      links.set(each, new Set());
      swarm.enter(peer(each), 0);
    }
    for (const each of group) ask(each);
  }
  for (const each of links.keys()) ask(each);
  return links;
}

const groups = array(integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 });

it('few are neighbours of one, however they come', () => {
  assert(
    property(groups, (sizes) => {
      const links = linksOf(sizes);
      const counts = [...links.values()].map(({ size }) => size);
      expect(Math.max(...counts)).toBeLessThanOrEqual(4);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.min(2, links.size - 1));
    }),
  );
});

it('every peer is reached from every other one', () => {
  assert(
    property(groups, (sizes) => {
      const links = linksOf(sizes);
      const reached = new Set([0]);
      for (const each of reached) for (const next of links.get(each) ?? []) reached.add(next);
      expect(reached.size).toBe(links.size);
    }),
  );
});

it('whose neighbour is gone gets another one', () => {
  const swarm = openSwarm();
  for (let at = 0; at < 5; at += 1) swarm.enter(peer(at), 0);
  const before = swarm.callsOf(peer(0));
  expect(before).toHaveLength(3);
  const [gone] = before;
  if (gone !== undefined) swarm.leave(gone);
  const after = swarm.callsOf(peer(0));
  expect(after).toHaveLength(3);
  expect(after).not.toContainEqual(gone);
});

it('who is not known calls on nobody', () => {
  const swarm = openSwarm();
  swarm.enter(peer(1), 0);
  expect(swarm.callsOf(peer(2))).toEqual([]);
});
