// What a gateway says on the two outputs of a relayed command, taken out of them by the marker lines of the script there: its
// start-up files, then `TOKEN in`, then the node's bytes, and after `TOKEN end` the log of its ssh.
import { MarkerCutter } from '../engine/marker-cutter.ts';
import type { OutputFilter, OutputFilters } from '../model/transport.ts';

/** What a gateway says before the markers is kept for a failure: its start-up files, or `ssh: not found`. */
const noiseKept = 2000;
/** ssh's log ends with what matters. */
const logKept = 64 * 1024;

export interface RelayOutputsOptions {
  readonly token: string;
  /** The node has one: on stderr is only what ssh itself says then. */
  readonly terminal: boolean;
}

export class RelayOutputs {
  /** For the channel to the gateway. */
  readonly filters: OutputFilters = {
    stdout: (pass) => this.#cutOut(pass),
    stderr: (pass) => this.#cutErrors(pass),
  };
  /** Resolves when ssh has logged in, and waits for the word to begin. */
  readonly loggedIn: Promise<true>;
  readonly #options: RelayOutputsOptions;
  readonly #tellLogin: (loggedIn: true) => void;
  #noise = '';
  #log = '';

  constructor(options: RelayOutputsOptions) {
    const { promise, resolve } = Promise.withResolvers<true>();
    this.#options = options;
    this.loggedIn = promise;
    this.#tellLogin = resolve;
  }

  /** What the gateway's ssh has said, or else the gateway. */
  get words(): readonly string[] {
    return linesOf(this.#log === '' ? this.#noise : this.#log);
  }

  /** What came before the login. */
  get noise(): readonly string[] {
    return linesOf(this.#noise);
  }

  #cutOut(pass: (chunk: Buffer) => void): OutputFilter {
    let isIn = false;
    const cutter = new MarkerCutter(this.#options.token, true, {
      data: (chunk) => (isIn ? pass(chunk) : undefined),
      marker: () => {
        isIn = true;
        cutter.release();
      },
    });
    return cutter;
  }

  #cutErrors(pass: (chunk: Buffer) => void): OutputFilter {
    let hear: (chunk: Buffer) => void = (chunk) => {
      this.#noise = (this.#noise + chunk.toString()).slice(-noiseKept);
    };
    const cutter = new MarkerCutter(this.#options.token, true, {
      data: (chunk) => hear(chunk),
      marker: (word) => {
        if (word === 'in') {
          hear = this.#options.terminal ? () => {} : pass;
          this.#tellLogin(true);
          return;
        }
        hear = (chunk) => {
          this.#log = (this.#log + chunk.toString()).slice(-logKept);
        };
        cutter.release();
      },
    });
    return cutter;
  }
}

function linesOf(text: string): readonly string[] {
  return text.trim().split(/\r?\n/);
}
