// Measures one pair: a receiver on one node, a sender on the other, both ended for sure.
import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import type { Channel, Fanout, Target } from '@heorot/fanout';
import { printable } from '../units/printable.ts';
import type { Pair } from './pairs.ts';
import { type ProbeTool, type ProbeTools, receiverCommand, senderCommand } from './probe-script.ts';

export interface Measurement extends Pair {
  /** Goodput of one TCP connection; null where it could not be measured. */
  readonly bytesPerSecond: number | null;
  /** The mean of ping, or the middle one of five TCP connects; null where neither is answered. */
  readonly latencyMs: number | null;
  /** Of the sender; the receiver has another only where both are built in. */
  readonly tool: ProbeTool | null;
  readonly problem: string | null;
}

export interface MeasureOptions {
  readonly fanout: Pick<Fanout, 'stream'>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly tools: ProbeTools;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** For connecting, ping and the end of the sender. */
const graceSeconds = 20;
const longestAnswer = 1024 * 1024;

export async function measurePair(
  pair: Pair,
  { fanout, targets, tools, seconds, signal }: MeasureOptions,
): Promise<Measurement> {
  const [from, to] = [targets.get(pair.from), targets.get(pair.to)];
  const failed = (problem: string): Measurement => ({
    ...pair,
    bytesPerSecond: null,
    latencyMs: null,
    tool: tools.sender,
    problem: signal.aborted ? 'stopped' : printable(problem),
  });
  if (from === undefined || to === undefined) return failed('not selected');
  // Aborting closes both channels: the receiver's input ends, and with it the receiver.
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal, AbortSignal.timeout((seconds + graceSeconds) * 1000)]);
  const address = isIP(to.host) === 0 ? undefined : to.host;
  const port = randomInt(20_000, 32_000);
  try {
    const receiver = await fanout.stream(
      to,
      { command: receiverCommand(tools.receiver, address, port, seconds + graceSeconds) },
      both,
    );
    const counted = listenTo(receiver);
    const ready = /^ready (\S+) (\d+)$/m.exec(await counted.once('ready '));
    if (ready === null) return failed(`${pair.to}: no receiver: ${counted.text().trim()}`);
    const [, at = to.host, listening = ''] = ready;
    const command = senderCommand(tools.sender, at, Number(listening), seconds);
    const sender = await fanout.stream(from, { command }, both);
    const sent = listenTo(sender);
    sender.stdin.end();
    await sender.ended;
    // It has counted by now: the sender waits for its last word.
    receiver.stdin.end();
    await receiver.ended;
    const text = sent.text();
    const bytesPerSecond = tools.receiver === 'iperf3' ? ofIperf(text) : ofBuiltIn(counted.text());
    const latencyMs = Number(/^rtt [\d.]+\/([\d.]+)/m.exec(text)?.[1] ?? Number.NaN);
    if (bytesPerSecond === null)
      return failed(text.trim().split('\n').at(-1)?.slice(0, 200) || 'no answer in time');
    return {
      ...pair,
      bytesPerSecond,
      latencyMs: Number.isNaN(latencyMs) ? null : latencyMs,
      tool: tools.sender,
      problem: null,
    };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    over.abort();
  }
}

interface Heard {
  text(): string;
  /** Everything so far, once a whole line begins with the word, or at the end. */
  once(word: string): Promise<string>;
}

function listenTo(channel: Channel): Heard {
  let text = '';
  let told = (): void => undefined;
  const take = (chunk: Buffer) => {
    if (text.length < longestAnswer) text += chunk.toString('utf8');
    told();
  };
  channel.stdout.on('data', take);
  channel.stderr.on('data', take);
  channel.stdin.on('error', () => undefined);
  return {
    text: () => text,
    once: async (word) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      told = () => {
        if (
          text
            .split('\n')
            .slice(0, -1)
            .some((line) => line.startsWith(word))
        )
          resolve();
      };
      told();
      void channel.ended.then(() => resolve());
      await promise;
      return text;
    },
  };
}

/** `end.sum_received.bits_per_second` of its JSON, which stands after the line of ping. */
export function ofIperf(text: string): number | null {
  const at = text.indexOf('"sum_received"');
  const bits = /"bits_per_second":\s*([\d.e+]+)/.exec(at < 0 ? '' : text.slice(at))?.[1];
  return bits === undefined || Number(bits) === 0 ? null : Number(bits) / 8;
}

/** What arrived, in the time from the connection to the last byte. */
export function ofBuiltIn(text: string): number | null {
  const [, bytes = '', seconds = ''] = /^got (\d+) ([\d.]+)$/m.exec(text) ?? [];
  return Number(bytes) > 0 && Number(seconds) > 0 ? Number(bytes) / Number(seconds) : null;
}
