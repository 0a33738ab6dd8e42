// Who holds a multicast: udp-sender goes at the pace of its slowest receiver. Its words tell which: nearly always the same was ready last,
// and it was waited for (a network with buffers), or most was sent again (one without). On an idle network neither is said: then who is
// always last leaves on trial, and others after it only if all have become quicker.

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
/** For a trial: longer, surer, and so many at once at most: who was last is told twice a second, which says little of many. */
const [trialSeconds, trialShare, mostOnTrial] = [5, 0.9, 3];
/** By how much a trial must have helped. */
const quicker = 1.5;
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
  /** Bytes a second before somebody left on trial. */
  let paceBefore = 0;
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
    if (total >= nearlyAlways && found.length * 2 <= addresses.size) return found;
    const pace = (now.bytes - first.bytes) / (seconds.length - 1);
    if (seconds.length <= trialSeconds || pace < paceBefore * quicker) return [];
    const tried = onTrial(last.filter((number) => !named.has(addresses.get(number) ?? '')));
    if (tried.length > 0) paceBefore = pace;
    return tried;
  }

  function onTrial(last: readonly string[]): readonly string[] {
    if (addresses.size < 2 || last.length <= trialSeconds) return [];
    const most = Math.max(1, Math.min(mostOnTrial, addresses.size / 4));
    const found = [...Map.groupBy(last, (number) => number)].filter(
      ([, times]) => times.length >= last.length * often,
    );
    const total = found.reduce((sum, [, times]) => sum + times.length, 0);
    return found.length <= most && total >= last.length * trialShare ? found.map(([number]) => number) : [];
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
