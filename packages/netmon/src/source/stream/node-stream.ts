// One node of a stream source: connects, waits for the sampler's banner, asks at each tick, notices silence, and connects
// again. At most one question is open: a node that was frozen answers once, with one longer interval, not in a burst.
import { type Channel, type ChannelEnd, ConnectError, type Fanout, type Target } from '@heorot/fanout';
import { protocolVersion } from '../../sampler/line.ts';
import { TICK } from '../../sampler/sampler-script.ts';
import { type SamplerOutput, SamplerSession } from '../../sampler/sampler-session.ts';
import { printable } from '../../units/printable.ts';
import { Backoff } from '../backoff.ts';
import { NodeContact } from '../node-contact.ts';
import type { Paced } from '../pacer.ts';
import type { SourceListener } from '../source.ts';
import type { ConnectWindow } from './connect-window.ts';

export interface NodeStreamOptions {
  readonly fanout: Pick<Fanout, 'stream'>;
  readonly intervalMs: number;
  readonly window: ConnectWindow;
  readonly listener: SourceListener;
  /** Becomes the sampler, in any login shell. */
  readonly command: string;
  readonly random?: () => number;
}

/** Start-up files of a login shell that take longer are told of, and no longer keep other nodes waiting. */
const slowStartMs = 2000;
/** No banner after this: the shell hangs. */
const noStartMs = 30_000;
/** A channel that has been silent for so long is given up for a new one; at least five intervals. */
const silenceMs = 10_000;
const reasonLength = 300;

/** What is open to the node at this moment. */
interface Line {
  readonly channel: Channel;
  readonly session: SamplerSession;
  /** Resolves with why the line is given up by us. */
  readonly giveUp: (reason: string) => void;
  started: boolean;
  /** When the open question was asked; undefined = none is open. */
  askedMs: number | undefined;
  lastAskedMs: number;
}

export class NodeStream implements Paced {
  readonly #target: Target;
  readonly #options: NodeStreamOptions;
  readonly #backoff: Backoff;
  readonly #contact: NodeContact;
  #line: Line | undefined;

  constructor(target: Target, options: NodeStreamOptions) {
    this.#target = target;
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#contact = new NodeContact(target.node, options.listener);
  }

  /** Until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reason = await this.#attempt(signal);
      if (signal.aborted) break;
      this.#contact.down(reason.text);
      await this.#backoff.wait(reason.lasting, signal);
    }
  }

  tick(nowMs: number): void {
    const line = this.#line;
    if (line?.started !== true || line.askedMs !== undefined) return;
    // The first question was asked when the sampler began, at no set time.
    if (nowMs - line.lastAskedMs < this.#options.intervalMs / 2) return;
    this.#ask(line, nowMs);
  }

  check(nowMs: number): void {
    const line = this.#line;
    if (line?.askedMs === undefined) return;
    const { intervalMs } = this.#options;
    const openMs = nowMs - line.askedMs;
    this.#contact.silent(openMs, intervalMs);
    if (openMs >= Math.max(silenceMs, 5 * intervalMs)) line.giveUp(this.#contact.silence());
  }

  excuse(forMs: number): void {
    if (this.#line?.askedMs !== undefined) this.#line.askedMs += forMs;
  }

  async #attempt(signal: AbortSignal): Promise<Ending> {
    this.#contact.trying('waiting');
    using place = await this.#options.window.enter(signal).catch(() => undefined);
    if (place === undefined) return ended('stopped');
    this.#contact.trying('connecting');
    const closing = new AbortController();
    const both = AbortSignal.any([signal, closing.signal]);
    try {
      const { fanout, command } = this.#options;
      const channel = await fanout.stream(this.#target, { command }, both);
      return await this.#converse(channel, place);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      const { kind, reason } = error.outcome;
      return { text: reason, lasting: kind === 'host-key' || kind === 'auth' };
    } finally {
      this.#line = undefined;
      closing.abort();
    }
  }

  async #converse(channel: Channel, place: Disposable): Promise<Ending> {
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<string>();
    const session = new SamplerSession(this.#target.node);
    const line: Line = { channel, session, giveUp, started: false, askedMs: undefined, lastAskedMs: 0 };
    this.#line = line;
    let complaint = '';
    channel.stdin.on('error', () => undefined);
    channel.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-reasonLength);
    });
    channel.stdout.on('data', (chunk: Buffer) => {
      for (const output of session.push(chunk, Date.now())) this.#hear(line, output, place);
    });
    this.#contact.trying('starting');
    const slow = setTimeout(() => {
      place[Symbol.dispose]();
      const why = 'slow to start: the start-up files of its login shell take long';
      if (!line.started) this.#contact.trying('starting', why);
    }, slowStartMs);
    const never = setTimeout(() => {
      if (!line.started) giveUp(`no sampler after ${noStartMs / 1000} s: the login shell does not get to it`);
    }, noStartMs);
    try {
      const end = await Promise.race([channel.ended, givenUp]);
      return typeof end === 'string' ? ended(end) : endingOf(end, complaint, line.started);
    } finally {
      clearTimeout(slow);
      clearTimeout(never);
      channel.close();
    }
  }

  #hear(line: Line, output: SamplerOutput, place: Disposable): void {
    switch (output.kind) {
      case 'started':
        line.started = true;
        place[Symbol.dispose]();
        this.#ask(line, performance.now());
        break;
      case 'reading':
        line.askedMs = undefined;
        this.#backoff.reset();
        this.#contact.reading(output.reading);
        break;
      case 'foreign-version':
        line.giveUp(`its sampler speaks version ${output.version}, not ${protocolVersion}`);
        break;
      case 'noise':
        if (output.afterBanner)
          this.#contact.event('unreadable-line', JSON.stringify(output.text.slice(0, 80)));
    }
  }

  #ask(line: Line, nowMs: number): void {
    line.askedMs = nowMs;
    line.lastAskedMs = nowMs;
    line.channel.stdin.write(TICK);
  }
}

/** Why a line ended, and whether it will be so for long: then it is not tried again soon. */
interface Ending {
  readonly text: string;
  readonly lasting: boolean;
}

const ended = (text: string): Ending => ({ text, lasting: false });

function endingOf(end: ChannelEnd, complaint: string, started: boolean): Ending {
  if (end.kind === 'lost') return ended(`connection lost: ${end.reason}`);
  const how = end.kind === 'exit' ? `exit ${end.code}` : `signal ${end.signal}`;
  const words = complaint.trim().split('\n').at(-1) ?? '';
  const said = printable(words.replace(/^heorot-netmon: /, ''));
  const what = started ? 'its sampler ended' : 'no sampler';
  return { text: said === '' ? `${what}: ${how}` : `${what}: ${said}`, lasting: !started };
}
