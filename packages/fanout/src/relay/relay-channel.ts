// One command on a node, over a channel to its gateway, with the end that ssh's log tells.
import type { Channel, ChannelEnd } from '../model/transport.ts';
import { endReason, logFact } from '../transport/openssh/ssh-log.ts';
import type { RelayOutputs } from './relay-outputs.ts';

export class RelayChannel implements Channel {
  readonly stdin: Channel['stdin'];
  readonly stdout: Channel['stdout'];
  readonly stderr: Channel['stderr'];
  readonly ended: Promise<ChannelEnd>;
  readonly #carrier: Channel;

  /**
   * @param carrier reads through the filters of `outputs`
   * @param lost a lost connection to the gateway, in words
   */
  constructor(carrier: Channel, outputs: RelayOutputs, lost: (reason: string) => string) {
    this.#carrier = carrier;
    this.stdin = carrier.stdin;
    this.stdout = carrier.stdout;
    this.stderr = carrier.stderr;
    this.ended = carrier.ended.then((end) => endOf(end, outputs, lost));
  }

  /** Lets the command begin: from here on it may have run. */
  begin(): void {
    this.#carrier.stdin.write('go\n');
  }

  /** The terminal is made by the gateway's ssh, which is told its size once. */
  resize(): void {}

  /** Ends the outputs where they are, as when the connection goes. */
  cut(): void {
    for (const output of [this.stdout, this.stderr]) {
      output.push(null);
      output.read(0);
    }
    this.close();
  }

  close(): void {
    this.#carrier.close();
  }
}

/** Past 125 it may be the code of ssh, or of a shell that tells of ssh's own end. */
function endOf(end: ChannelEnd, { words }: RelayOutputs, lost: (reason: string) => string): ChannelEnd {
  if (end.kind === 'lost') return { kind: 'lost', reason: lost(end.reason) };
  if (end.kind === 'exit' && end.code <= 125) return end;
  const facts = words.map(logFact).filter((fact) => fact?.kind === 'exit');
  if (facts.some(({ how }) => how === 'exit-signal')) return { kind: 'signal', signal: 'unknown' };
  if (facts.length > 0) return end;
  return { kind: 'lost', reason: endReason(words, 0) };
}
