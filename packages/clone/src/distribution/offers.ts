// Which piece a peer is told of next (super-seeding, BEP 16): first those that nobody has or was told of, so that the head's link
// carries each piece once; then those that fewest have, which mends what died with a peer, or waits behind a slow one.

export interface Offers<Peer> {
  /** A peer has come. */
  enter(peer: Peer): void;
  /** It has this piece, from wherever. */
  has(peer: Peer, piece: number): void;
  /** It is gone. */
  leave(peer: Peer): void;
  /** The piece to tell it of now; `undefined` while it has enough to fetch, or has all. */
  next(peer: Peer): number | undefined;
  isOffered(peer: Peer, piece: number): boolean;
}

/** So many pieces at once keep a link busy; more would wait behind a slow one. */
const usualWindow = 6;

interface Known {
  readonly has: Uint8Array;
  readonly offered: Uint8Array;
  count: number;
  /** Told of, and not there yet. */
  open: number;
}

export function openOffers<Peer>(pieces: number): Offers<Peer> {
  const peers = new Map<Peer, Known>();
  /** How many have a piece, or were told of it. */
  const known = new Uint32Array(pieces);
  /** All pieces before this one are known. */
  let unknownFrom = 0;
  let isGivenOnce = false;

  /** Once all is given, those are helped who have least: whoever the others choke would be last by far. */
  function windowOf({ count }: Known): number {
    if (!isGivenOnce) return usualWindow;
    const all = [...peers.values()].reduce((sum, each) => sum + each.count, 0);
    return count * peers.size <= all ? usualWindow : 1;
  }

  /** Of those that it neither has nor was told of. */
  function leastKnown({ has, offered }: Known): number | undefined {
    let best: number | undefined;
    for (let at = 0; at < pieces; at += 1)
      if (has[at] === 0 && offered[at] === 0 && (best === undefined || (known[at] ?? 0) < (known[best] ?? 0)))
        best = at;
    return best;
  }

  return {
    enter: (peer) =>
      void peers.set(peer, {
        has: new Uint8Array(pieces),
        offered: new Uint8Array(pieces),
        count: 0,
        open: 0,
      }),
    has(peer, piece) {
      const state = peers.get(peer);
      if (state === undefined || piece >= pieces || state.has[piece] === 1) return;
      state.has[piece] = 1;
      state.count += 1;
      if (state.offered[piece] === 1) state.open -= 1;
      else known[piece] = (known[piece] ?? 0) + 1;
    },
    leave(peer) {
      const state = peers.get(peer);
      if (state === undefined || !peers.delete(peer)) return;
      for (let at = 0; at < pieces; at += 1)
        if (state.has[at] === 1 || state.offered[at] === 1) known[at] = (known[at] ?? 1) - 1;
      unknownFrom = 0;
    },
    next(peer) {
      const state = peers.get(peer);
      if (state === undefined || state.open >= windowOf(state)) return undefined;
      while (unknownFrom < pieces && known[unknownFrom] !== 0) unknownFrom += 1;
      if (unknownFrom === pieces) isGivenOnce = true;
      const best = isGivenOnce ? leastKnown(state) : unknownFrom;
      if (best === undefined) return undefined;
      state.offered[best] = 1;
      state.open += 1;
      known[best] = (known[best] ?? 0) + 1;
      return best;
    },
    isOffered: (peer, piece) => peers.get(peer)?.offered[piece] === 1,
  };
}
