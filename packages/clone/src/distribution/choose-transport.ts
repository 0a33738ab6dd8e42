// How an image reaches the nodes of a run: what the person said, or what fits their number, the link and what is installed.

export type TransportChoice = 'auto' | 'http' | 'torrent' | 'multicast';
export type Transport = Exclude<TransportChoice, 'auto'>;

export interface TransportFacts {
  readonly nodes: number;
  readonly imageBytes: number;
  /** Of the head's card; `undefined` when it does not say. */
  readonly linkBitsPerSecond: number | undefined;
  /** The boot environment has aria2. */
  readonly torrentReady: boolean;
}

/** Below so many nodes they have little to give one another. */
const fewNodes = 4;
/** What plain HTTP may take before others are asked for help: starting a swarm takes some seconds as well. */
const bearableSeconds = 20;
/** The link of a head that does not say, and the most that is believed of one. */
const usualBitsPerSecond = 1e9;

/** Multicast is never chosen by itself: whether the switches carry it, only the site knows. */
export function chooseTransport(choice: TransportChoice, facts: TransportFacts): Transport {
  if (choice !== 'auto') return choice;
  const { nodes, imageBytes, linkBitsPerSecond = usualBitsPerSecond, torrentReady } = facts;
  const seconds = (nodes * imageBytes * 8) / Math.max(1, linkBitsPerSecond);
  return torrentReady && nodes >= fewNodes && seconds > bearableSeconds ? 'torrent' : 'http';
}
