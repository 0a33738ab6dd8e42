// Who holds a multicast: udp-sender goes at the pace of its slowest receiver. Its words tell which, by two signs together: nearly always
// the same was ready last; and it was waited for (a network with buffers), or most was sent again (one without).

export interface SlowReceivers {
  /** What udp-sender has said, in pieces as they came. */
  readonly hear: (text: string) => void;
  /** Addresses of those who hold all others, each once. To be asked once a second. */
  readonly next: () => readonly string[];
}

const blockBytes = 1456;
/** What is looked at: at least so many seconds, and at most. */
const [fewestSeconds, mostSeconds] = [3, 10];
/** A receiver that is only busy is waited for now and then; one behind a slow link ten to thirty times a second. */
const manyWaits = 8;
/** Blocks that were sent again, of those that were sent: a fifth on a busy machine, twice as many for one behind a slow link. */
const sentAgain = 0.5;
const nearlyAlways = 0.8;
/** Of the times when somebody was last. */
const often = 0.25;

interface Second {
  readonly waits: string[];
  readonly last: string[];
  /** So far. */
  bytes: number;
  again: number;
}

export function slowReceivers(): SlowReceivers {
  const addresses = new Map<string, string>();
  const named = new Set<string>();
  let held = '';
  let seconds: Second[] = [{ waits: [], last: [], bytes: 0, again: 0 }];

  function hearLine(line: string, second: Second): void {
    const [, address, newcomer] = /^New connection from (\S+) +\(#(\d+)\)/.exec(line) ?? [];
    if (address !== undefined && newcomer !== undefined) addresses.set(newcomer, address);
    second.waits.push(...(/notReady=\[([\d,]+)\]/.exec(line)?.[1]?.split(',') ?? []));
    const [, bytes = '', blocks, last] = /^bytes=([\d ]+)re-xmits=(\d+) .* (\d+)$/.exec(line) ?? [];
    if (last === undefined) return;
    second.last.push(last);
    second.bytes = Number(bytes.replaceAll(' ', ''));
    second.again = Number(blocks) * blockBytes;
  }

  function suspects(): readonly string[] {
    const waits = seconds.flatMap((each) => each.waits);
    const last = seconds.flatMap((each) => each.last);
    const [first, now] = [seconds.at(0), seconds.at(-1)];
    if (first === undefined || now === undefined || seconds.length <= fewestSeconds) return [];
    const isSentAgain = now.again - first.again > (now.bytes - first.bytes) * sentAgain;
    const share = (number: string): number => last.filter((each) => each === number).length / last.length;
    const found = [...addresses.keys()].filter(
      (number) =>
        waits.filter((each) => each === number).length >= manyWaits ||
        (isSentAgain && share(number) >= often),
    );
    const total = found.reduce((sum, number) => sum + share(number), 0);
    // Half of all and more: the link of the head is slow, and nobody would gain.
    return total >= nearlyAlways && found.length * 2 <= addresses.size ? found : [];
  }

  return {
    hear(text) {
      const lines = `${held}${text}`.split(/[\r\n]/);
      held = lines.pop() ?? '';
      const second = seconds.at(-1);
      if (second !== undefined) for (const line of lines) hearLine(line, second);
    },
    next() {
      const slow = suspects().flatMap((number) => addresses.get(number) ?? []);
      const { bytes, again } = seconds.at(-1) ?? { bytes: 0, again: 0 };
      seconds = [...seconds.slice(-mostSeconds), { waits: [], last: [], bytes, again }];
      return slow.filter((address) => !named.has(address) && named.add(address));
    },
  };
}
