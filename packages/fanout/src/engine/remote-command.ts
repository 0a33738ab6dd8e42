// One command on one session: its streams without our marker lines, its stdin when it is ready for it, and its end,
// by itself or by us. What it means for the node is decided in run-commands.ts.
import type { Writable } from 'node:stream';
import type { Cleanup } from '../model/outcome.ts';
import type { Channel, ChannelEnd, Session } from '../model/transport.ts';
import type { ComposedCommand } from './compose-command.ts';
import type { Deadlines } from './deadlines.ts';
import { endRemote } from './end-remote.ts';
import { MarkerCutter } from './marker-cutter.ts';

export interface CommandStreams {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** Called once, when the command may be fed; absent = its stdin is closed. Must end the stream at last. */
  readonly feed?: (stdin: Writable) => void;
}

export interface CommandOptions {
  readonly forwardAgent?: boolean | undefined;
  readonly clock: Deadlines;
  readonly signal: AbortSignal;
}

/** How long a shell may take to say who it is before its command is fed all the same. */
const markerPatienceMs = 2000;
/** Errors that may be fish's, held back until the shell has said who it is. */
const heldErrorBytes = 4096;

/**
 * Starts a command; resolves when the node has accepted it.
 * @throws ConnectError
 */
export async function startCommand(
  session: Session,
  composed: ComposedCommand,
  streams: CommandStreams,
  options: CommandOptions,
): Promise<RemoteCommand> {
  const channel = await openChannel(session, composed.text, composed, options);
  return new RemoteCommand(session, channel, composed, streams, options);
}

function openChannel(
  session: Session,
  text: string,
  { terminal }: ComposedCommand,
  options: CommandOptions,
): Promise<Channel> {
  const request = {
    command: text,
    ...(terminal === undefined ? {} : { terminal }),
    ...(options.forwardAgent === true ? { forwardAgent: true } : {}),
  };
  return session.execute(request, options.signal);
}

export class RemoteCommand {
  readonly ended: Promise<ChannelEnd>;
  readonly #session: Session;
  readonly #composed: ComposedCommand;
  readonly #streams: CommandStreams;
  readonly #options: CommandOptions;
  #channel: Channel;
  /** The process session; undefined until the shell has said so. */
  #leader: string | undefined;
  #leaderKnown = Promise.withResolvers<void>();
  readonly #openedAt = performance.now();
  #leaderAt: number | undefined;
  #heldErrors: Buffer[] | undefined;
  #paused = false;
  #fed = false;
  #wrote = false;
  #asked = false;
  #over = false;
  #ending: Promise<Cleanup> | undefined;

  constructor(
    session: Session,
    channel: Channel,
    composed: ComposedCommand,
    streams: CommandStreams,
    options: CommandOptions,
  ) {
    this.#session = session;
    this.#channel = channel;
    this.#composed = composed;
    this.#streams = streams;
    this.#options = options;
    this.#heldErrors = composed.fishText === undefined ? undefined : [];
    this.ended = this.#follow();
  }

  /**
   * From the start of the login shell to the command; so far, where we ended it before. Undefined where it never said
   * who it is: a switch has no such shell.
   */
  get startUpMs(): number | undefined {
    if (this.#leaderAt === undefined && this.#ending === undefined) return undefined;
    return (this.#leaderAt ?? performance.now()) - this.#openedAt;
  }

  pause(): void {
    this.#paused = true;
    this.#channel.stdout.pause();
    this.#channel.stderr.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#channel.stdout.resume();
    this.#channel.stderr.resume();
  }

  resize(columns: number, rows: number): void {
    this.#channel.resize(columns, rows);
  }

  /** Ends the remote processes and gives the channel up; {@link ended} resolves then, if it had not. */
  end(): Promise<Cleanup> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<Cleanup> {
    // What it still writes must not keep it from ending.
    this.resume();
    if (this.#leader === undefined) await this.#waitForLeader();
    if (this.#over) return 'ended';
    const target = { token: this.#composed.token, leader: this.#leader, sudo: this.#composed.sudo };
    const cleanup = await endRemote(this.#session, target, this.#options);
    if (cleanup === 'ended') await this.#settle();
    this.#channel.close();
    return cleanup;
  }

  /** A shell that has just been started may not have said who it is. */
  async #waitForLeader(): Promise<void> {
    const patience = Promise.withResolvers<void>();
    using _ = this.#options.clock.after(500, patience.resolve);
    await Promise.race([this.#leaderKnown.promise, this.ended, patience.promise]);
  }

  /** Lets the last output of a process that has ended come through. */
  async #settle(): Promise<void> {
    const patience = Promise.withResolvers<void>();
    using _ = this.#options.clock.after(500, patience.resolve);
    await Promise.race([this.ended, patience.promise]);
  }

  async #follow(): Promise<ChannelEnd> {
    let end = await this.#attend();
    const { fishText } = this.#composed;
    if (fishText !== undefined && this.#ending === undefined && this.#wasRefusedByFish()) {
      end = await this.#startAgain(fishText);
    }
    this.#releaseErrors();
    this.#over = true;
    return end;
  }

  /** fish rejects the whole line before it runs anything of it, and shows it; its exit code differs by version. */
  #wasRefusedByFish(): boolean {
    if (this.#leader !== undefined || this.#fed || this.#wrote) return false;
    const errors = Buffer.concat(this.#heldErrors ?? []);
    return errors.includes('fish') && errors.includes(this.#composed.token);
  }

  async #startAgain(text: string): Promise<ChannelEnd> {
    this.#heldErrors = undefined;
    try {
      this.#channel = await openChannel(this.#session, text, this.#composed, this.#options);
    } catch (error) {
      return { kind: 'lost', reason: error instanceof Error ? error.message : String(error) };
    }
    return this.#attend();
  }

  async #attend(): Promise<ChannelEnd> {
    const { stdout, stderr, stdin, ended } = this.#channel;
    const { token, sudo } = this.#composed;
    const marker = (word: string) => {
      this.#onMarker(word);
      const isLast = this.#composed.stdinAfter === 'go' ? word === 'go' : word !== 'password';
      if (isLast) for (const cutter of [output, errors]) cutter.release();
    };
    const output = new MarkerCutter(token, true, { data: (chunk) => this.#onOutput(chunk), marker });
    const errors = new MarkerCutter(token, sudo !== undefined, {
      data: (chunk) => this.#onErrors(chunk),
      marker,
    });
    stdin.on('error', () => undefined);
    stdout.on('data', (chunk: Buffer) => output.write(chunk));
    stderr.on('data', (chunk: Buffer) => errors.write(chunk));
    if (this.#paused) this.pause();
    if (this.#streams.feed === undefined && this.#composed.stdinAfter === 'pid') stdin.end();
    using _ = this.#options.clock.after(markerPatienceMs, () => {
      if (this.#composed.stdinAfter === 'pid') this.#feed();
    });
    const end = await ended;
    output.release();
    errors.release();
    return end;
  }

  #onMarker(word: string): void {
    if (word === 'password') return this.#answerPrompt();
    if (word === 'ready') this.#channel.stdin.write(this.#composed.upload ?? '');
    else if (word === 'go') this.#feed();
    else if (this.#leader === undefined) {
      this.#leader = word;
      this.#leaderAt = performance.now();
      this.#leaderKnown.resolve();
      this.#releaseErrors();
      if (this.#composed.stdinAfter === 'pid') this.#feed();
    }
  }

  /** Asked again, the password was wrong: no input makes sudo say so. */
  #answerPrompt(): void {
    if (this.#asked) return void this.#channel.stdin.end();
    this.#asked = true;
    this.#channel.stdin.write(`${this.#composed.sudo?.password ?? ''}\n`);
  }

  #feed(): void {
    if (this.#fed) return;
    this.#fed = true;
    if (this.#streams.feed === undefined) this.#channel.stdin.end();
    else this.#streams.feed(this.#channel.stdin);
  }

  #onOutput(chunk: Buffer): void {
    this.#wrote = true;
    this.#streams.stdout(chunk);
  }

  #onErrors(chunk: Buffer): void {
    if (this.#heldErrors === undefined) return this.#streams.stderr(chunk);
    this.#heldErrors.push(chunk);
    if (this.#heldErrors.reduce((sum, { length }) => sum + length, 0) > heldErrorBytes) this.#releaseErrors();
  }

  #releaseErrors(): void {
    const held = this.#heldErrors ?? [];
    this.#heldErrors = undefined;
    for (const chunk of held) this.#streams.stderr(chunk);
  }
}
