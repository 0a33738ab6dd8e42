// Measures one pair: a receiver on one node, a sender on the other, both ended for sure.
import { randomInt } from 'node:crypto';
import type { Channel, Fanout, Target } from '@heorot/fanout';
import { printable } from '../units/printable.ts';
import type { Pair } from './pairs.ts';
import { type ProbeTool, receiverCommand, senderCommand } from './probe-script.ts';

export interface Measurement extends Pair {
  /** Goodput of one TCP connection; null where it could not be measured. */
  readonly bytesPerSecond: number | null;
  /** The mean of ping, or the middle one of five TCP connects; null where neither is answered. */
  readonly latencyMs: number | null;
  readonly tool: ProbeTool | null;
  readonly problem: string | null;
}

export interface MeasureOptions {
  readonly fanout: Pick<Fanout, 'stream'>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly tool: ProbeTool;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** For connecting, ping and the end of the sender. */
const graceSeconds = 20;
const longestAnswer = 1024 * 1024;

export async function measurePair(
  pair: Pair,
  { fanout, targets, tool, seconds, signal }: MeasureOptions,
): Promise<Measurement> {
  const [from, to] = [targets.get(pair.from), targets.get(pair.to)];
  const failed = (problem: string): Measurement => ({
    ...pair,
    bytesPerSecond: null,
    latencyMs: null,
    tool,
    problem: printable(problem),
  });
  if (from === undefined || to === undefined) return failed('not selected');
  // Aborting closes both channels: the receiver's input ends, and with it the receiver.
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal, AbortSignal.timeout((seconds + graceSeconds) * 1000)]);
  const port = randomInt(20_000, 32_000);
  try {
    const receiver = await fanout.stream(
      to,
      { command: receiverCommand(tool, to.host, port, seconds + graceSeconds) },
      both,
    );
    receiver.stdin.on('error', () => undefined);
    const said = await firstLine(receiver);
    if (!said.includes('ready')) return failed(`${pair.to}: no receiver on port ${port}: ${said}`);
    const sender = await fanout.stream(from, { command: senderCommand(tool, to.host, port, seconds) }, both);
    const text = await allOf(sender);
    receiver.stdin.end();
    await receiver.ended;
    const bytesPerSecond = tool === 'iperf3' ? ofIperf(text) : ofPerl(text, seconds);
    const latencyMs = Number(/^rtt [\d.]+\/([\d.]+)/m.exec(text)?.[1] ?? Number.NaN);
    if (bytesPerSecond === null)
      return failed(text.trim().split('\n').at(-1)?.slice(0, 200) || 'no answer in time');
    return {
      ...pair,
      bytesPerSecond,
      latencyMs: Number.isNaN(latencyMs) ? null : latencyMs,
      tool,
      problem: null,
    };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    over.abort();
  }
}

async function firstLine(channel: Channel): Promise<string> {
  let text = '';
  const { promise, resolve } = Promise.withResolvers<string>();
  const take = (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (text.includes('ready\n')) resolve(text);
  };
  channel.stdout.on('data', take);
  channel.stderr.on('data', take);
  void channel.ended.then(() => resolve(text.slice(0, longestAnswer)));
  return await promise;
}

async function allOf(channel: Channel): Promise<string> {
  let text = '';
  const take = (chunk: Buffer) => {
    if (text.length < longestAnswer) text += chunk.toString('utf8');
  };
  channel.stdout.on('data', take);
  channel.stderr.on('data', take);
  channel.stdin.on('error', () => undefined);
  channel.stdin.end();
  await channel.ended;
  return text;
}

/** `end.sum_received.bits_per_second` of its JSON, which stands after the line of ping. */
export function ofIperf(text: string): number | null {
  const at = text.indexOf('"sum_received"');
  const bits = /"bits_per_second":\s*([\d.e+]+)/.exec(at < 0 ? '' : text.slice(at))?.[1];
  return bits === undefined || Number(bits) === 0 ? null : Number(bits) / 8;
}

function ofPerl(text: string, seconds: number): number | null {
  const bytes = /^sent (\d+)$/m.exec(text)?.[1];
  return bytes === undefined ? null : Number(bytes) / seconds;
}
