// The peers of one torrent, and who of them calls on whom. aria2 gives to the three who give it most, and now and then to one more (its
// BtLeecherStateChoke.cc): where all know all, whoever was slow to start is chosen by nobody, and last by far. So each peer gets three or
// four neighbours, which all give to one another all the time.

export interface Peer {
  readonly address: string;
  readonly port: number;
}

export interface Swarm {
  /** It is there. @returns whether it is new */
  enter(peer: Peer, now: number): boolean;
  leave(peer: Peer): void;
  /** On whom it shall call; its other neighbours call on it. One that has too few neighbours gets some. */
  callsOf(peer: Peer): readonly Peer[];
  /** Who was heard of late. */
  peers(now: number): readonly Peer[];
}

/** Announced every two seconds; its neighbours need another one soon. */
const forgottenMs = 15_000;
const usualLinks = 3;
/** Of a peer that comes when all others have theirs: they get a fourth. */
const fewestLinks = 2;

interface Known {
  readonly peer: Peer;
  heard: number;
  readonly links: Set<Known>;
  readonly calls: Set<Known>;
}

export function openSwarm(): Swarm {
  const all = new Map<string, Known>();

  function forget(key: string): void {
    const known = all.get(key);
    if (known === undefined) return;
    all.delete(key);
    for (const other of known.links) {
      other.links.delete(known);
      other.calls.delete(known);
    }
  }

  function leastLinked(self: Known): Known | undefined {
    const others = [...all.values()].filter((other) => other !== self && !self.links.has(other));
    // Its first link is one to those who have some: the swarm never falls apart into groups that have enough of one another.
    const linked = self.links.size === 0 ? others.filter(({ links }) => links.size > 0) : [];
    const candidates = linked.length > 0 ? linked : others;
    const fewest = candidates.reduce((least, { links }) => Math.min(least, links.size), Infinity);
    const least = candidates.filter(({ links }) => links.size === fewest);
    return least[Math.floor(Math.random() * least.length)];
  }

  return {
    enter(peer, now) {
      for (const [key, { heard }] of all) if (now - heard > forgottenMs) forget(key);
      const known = all.get(keyOf(peer));
      if (known !== undefined) known.heard = now;
      else all.set(keyOf(peer), { peer, heard: now, links: new Set(), calls: new Set() });
      return known === undefined;
    },
    leave: (peer) => forget(keyOf(peer)),
    callsOf(peer) {
      const self = all.get(keyOf(peer));
      if (self === undefined) return [];
      while (self.links.size < usualLinks) {
        const other = leastLinked(self);
        if (other === undefined) break;
        if (other.links.size >= usualLinks && self.links.size >= fewestLinks) break;
        self.links.add(other);
        self.calls.add(other);
        other.links.add(self);
      }
      return [...self.calls].map((each) => each.peer);
    },
    peers: (now) => [...all.values()].flatMap(({ peer, heard }) => (now - heard > forgottenMs ? [] : [peer])),
  };
}

function keyOf({ address, port }: Peer): string {
  return `${address}:${port}`;
}
