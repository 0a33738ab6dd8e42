// Addresses of a lab inside 127.0.0.0/8, all of which Linux answers on lo without any set-up (RFC 1122 section 3.2.1.3).

/** Addresses `.1` to `.254` of consecutive /24 networks. */
const NODES_PER_NETWORK = 254;

/**
 * Maps a node's index, from 1, to its address, beginning at a random /24 so that labs side by side do not meet.
 * 127.0.0.0/16 is left alone: that is where other software listens.
 *
 * @param random a number in [0, 1)
 */
export function loopbackBlock(count: number, random: () => number): (index: number) => string {
  const networks = Math.ceil(count / NODES_PER_NETWORK);
  const first = 256 + Math.floor(random() * (65_535 - 256 - networks));
  return (index) => {
    const network = first + Math.floor((index - 1) / NODES_PER_NETWORK);
    return `127.${network >> 8}.${network & 255}.${((index - 1) % NODES_PER_NETWORK) + 1}`;
  };
}
