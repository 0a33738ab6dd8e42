// One session of udpcast: a layer to all nodes that wait for it. A receiver that does not answer is dropped after some tries, one that
// holds the others is named, and a sender that says nothing for too long is ended: nodes take what they lack from the head.
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from './child-program.ts';
import { slowReceivers } from './slow-receivers.ts';

export interface CastOptions {
  readonly layer: string;
  readonly group: string;
  /** Even; the next one is used as well. */
  readonly port: number;
  /** Begins when so many are there, or after the longest wait. */
  readonly receivers: number;
  readonly longestWaitSeconds: number;
  readonly interface?: string | undefined;
  /** udp-sender, or how to come to it. */
  readonly program?: readonly string[];
  readonly silenceMs?: number;
  /** The address of a receiver that holds the others: it should leave. */
  readonly onSlow: (address: string) => void;
  readonly signal: AbortSignal;
}

export type CastResult = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly why: string };

/**
 * Ten quick ones, then one a second (udpcast's senddata.c): a node that was switched off costs the others a dozen seconds, and one that is
 * busy for less stays (bench/RESULTS.md).
 */
const triesUntilDrop = 20;
const usualSilenceMs = 20_000;

export async function cast(options: CastOptions): Promise<CastResult> {
  const { signal, silenceMs = usualSilenceMs, longestWaitSeconds } = options;
  if (signal.aborted) return { kind: 'failed', why: 'ended' };
  const { hear, next } = slowReceivers();
  await using sender = startProgram(commandOf(options), hear);
  const over = new AbortController();
  const watch = (async () => {
    while (!over.signal.aborted && !signal.aborted) {
      await sleep(1000, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {});
      for (const address of next()) options.onSlow(address);
      if (performance.now() - sender.heardAt() > silenceMs + longestWaitSeconds * 1000) break;
    }
    sender.kill();
  })();
  const { code, words } = await sender.ended;
  over.abort();
  await watch;
  return code === 0
    ? { kind: 'sent' }
    : { kind: 'failed', why: words === '' ? 'the sender was stopped' : words };
}

function commandOf(options: CastOptions): readonly string[] {
  const { program = ['udp-sender'], layer, group, port, receivers, longestWaitSeconds } = options;
  return [
    ...program,
    '--file',
    layer,
    '--nokbd',
    '--mcast-rdv-address',
    group,
    '--mcast-data-address',
    group,
    '--portbase',
    String(port),
    ...(options.interface === undefined ? [] : ['--interface', options.interface]),
    '--min-receivers',
    String(receivers),
    '--max-wait',
    String(longestWaitSeconds),
    '--retries-until-drop',
    String(triesUntilDrop),
  ];
}
