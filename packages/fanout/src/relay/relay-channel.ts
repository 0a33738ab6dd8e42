// One command on a node, over a channel to its gateway: without the marker lines of the script there, and with the end that
// ssh's log tells.
import { MarkerCutter } from '../engine/marker-cutter.ts';
import type { Channel, ChannelEnd } from '../model/transport.ts';
import { endReason, logFact } from '../transport/openssh/ssh-log.ts';
import { outputOf } from '../transport/streams.ts';

/** What a gateway says before the markers is kept for a failure: its start-up files, or `ssh: not found`. */
const noiseKept = 2000;
/** ssh's log ends with what matters. */
const logKept = 64 * 1024;

export interface RelayChannelOptions {
  readonly token: string;
  /** The node has one: on stderr is only what ssh itself says then. */
  readonly terminal: boolean;
  /** A lost connection to the gateway, in words. */
  readonly lost: (reason: string) => string;
}

export class RelayChannel implements Channel {
  readonly stdin: Channel['stdin'];
  readonly stdout: Channel['stdout'];
  readonly stderr: Channel['stderr'];
  readonly ended: Promise<ChannelEnd>;
  /** True when ssh has logged in, and waits for {@link begin}; false when it has ended before. */
  readonly loggedIn: Promise<boolean>;
  readonly #carrier: Channel;
  #noise = '';
  #log = '';

  constructor(carrier: Channel, { token, terminal, lost }: RelayChannelOptions) {
    this.#carrier = carrier;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.loggedIn = promise;
    const stdout = outputOf(carrier.stdout, (pass) => {
      const cutter: MarkerCutter = new MarkerCutter(token, true, {
        data: (chunk) => (isIn ? pass(chunk) : undefined),
        marker: () => {
          isIn = true;
          cutter.release();
        },
      });
      let isIn = false;
      return cutter;
    });
    const stderr = outputOf(carrier.stderr, (pass) => {
      let hear: (chunk: Buffer) => void = (chunk) => {
        this.#noise = (this.#noise + chunk.toString()).slice(-noiseKept);
      };
      const cutter: MarkerCutter = new MarkerCutter(token, true, {
        data: (chunk) => hear(chunk),
        marker: (word) => {
          if (word === 'in') {
            hear = terminal ? () => {} : pass;
            resolve(true);
            return;
          }
          hear = (chunk) => {
            this.#log = (this.#log + chunk.toString()).slice(-logKept);
          };
          cutter.release();
        },
      });
      return cutter;
    });
    this.stdin = carrier.stdin;
    this.stdout = stdout.stream;
    this.stderr = stderr.stream;
    this.ended = Promise.all([carrier.ended, stdout.delivered, stderr.delivered]).then(([end]) =>
      this.#endOf(end, lost),
    );
    void carrier.ended.then(() => resolve(false));
  }

  /** What the gateway's ssh has said, or else the gateway. */
  get words(): readonly string[] {
    return linesOf(this.#log === '' ? this.#noise : this.#log);
  }

  /** What came before the login. */
  get noise(): readonly string[] {
    return linesOf(this.#noise);
  }

  /** Lets the command begin: from here on it may have run. */
  begin(): void {
    this.#carrier.stdin.write('go\n');
  }

  /** The terminal is made by the gateway's ssh, which is told its size once. */
  resize(): void {}

  /** Ends the outputs where they are, as when the connection goes. */
  cut(): void {
    this.#carrier.close();
  }

  close(): void {
    for (const output of [this.stdout, this.stderr]) output.destroy();
    this.#carrier.close();
  }

  /** Past 125 it may be the code of ssh, or of a shell that tells of ssh's own end. */
  #endOf(end: ChannelEnd, lost: (reason: string) => string): ChannelEnd {
    if (end.kind === 'lost') return { kind: 'lost', reason: lost(end.reason) };
    if (end.kind === 'exit' && end.code <= 125) return end;
    const facts = this.words.map(logFact).filter((fact) => fact?.kind === 'exit');
    if (facts.some(({ how }) => how === 'exit-signal')) return { kind: 'signal', signal: 'unknown' };
    if (facts.length > 0) return end;
    return { kind: 'lost', reason: endReason(this.words, 0) };
  }
}

function linesOf(text: string): readonly string[] {
  return text.trim().split(/\r?\n/);
}
