// One helper script on a node: what goes in, what comes out, and its failure as a value with the node's own words.
import type { Writable } from 'node:stream';
import { composeScript, newToken } from '../engine/compose-command.ts';
import type { Deadlines } from '../engine/deadlines.ts';
import type { NodeTask } from '../engine/node-task.ts';
import { type RemoteCommand, startCommand } from '../engine/remote-command.ts';
import { lostOutcome } from '../model/lost-outcome.ts';
import type { Outcome } from '../model/outcome.ts';
import type { ChannelEnd, Session } from '../model/transport.ts';

export interface CallContext {
  readonly task: NodeTask;
  readonly session: Session;
  readonly clock: Deadlines;
}

export interface RemoteCall {
  /** POSIX sh; it starts with `echo TOKEN go` put before it. */
  readonly script: string;
  /** Written to its stdin, at the node's pace. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Takes stdout instead of the returned text; no more comes until what it returns resolves. A throw ends the call. */
  readonly output?: (chunk: Buffer) => Promise<void> | undefined;
}

/** A node's failure, thrown through the steps of a copy; becomes its outcome. */
export class CopyFailure extends Error {
  override readonly name = 'CopyFailure';
  readonly outcome: Outcome;

  constructor(outcome: Outcome, words: string) {
    super(words);
    this.outcome = outcome;
  }
}

/**
 * Runs the script to its end; stdout as a byte string.
 * @throws CopyFailure when it does not end with 0; ConnectError; whatever `input` and `output` throw
 */
export async function callRemote(context: CallContext, call: RemoteCall): Promise<string> {
  const { task, session, clock } = context;
  const token = newToken();
  const composed = composeScript(`echo ${token} go\n${call.script}`, undefined, token);
  const said: Buffer[] = [];
  let errors = '';
  let broken: { readonly error: unknown } | undefined;
  let remote: RemoteCommand | undefined;
  const settled: Promise<unknown>[] = [];
  const breakOff = (error: unknown) => {
    broken ??= { error };
    void remote?.end();
  };
  const take = (chunk: Buffer) => {
    if (call.output === undefined) said.push(chunk);
    else if (broken === undefined) {
      try {
        const room = call.output(chunk);
        if (room === undefined) return;
        remote?.pause();
        room.then(() => remote?.resume(), breakOff);
      } catch (error) {
        breakOff(error);
      }
    }
  };
  const input = call.input;
  remote = await startCommand(
    session,
    composed,
    {
      stdout: (chunk) => take(chunk),
      stderr: (chunk) => {
        errors = (errors + chunk.toString('latin1')).slice(-4000);
      },
      ...(input === undefined
        ? {}
        : { feed: (sink: Writable) => void settled.push(write(input, sink, task).catch(breakOff)) }),
    },
    { clock, signal: task.signal },
  );
  using _ = task.holds(remote);
  // It may have been broken off by its first output.
  if (broken !== undefined) void remote.end();
  const end = await remote.ended;
  await Promise.all(settled);
  if (broken !== undefined && task.givenUp === undefined) throw broken.error;
  if (end.kind === 'exit' && end.code === 0) return Buffer.concat(said).toString('latin1');
  throw new CopyFailure(outcomeOf(end), lastWords(errors));
}

async function write(input: NonNullable<RemoteCall['input']>, sink: Writable, task: NodeTask): Promise<void> {
  for await (const chunk of input) {
    if (sink.destroyed || task.givenUp !== undefined) return;
    // Until it is on its way, or the sink is closed: then the chunk's memory may be used again.
    await new Promise<void>((resolve) => sink.write(chunk, () => resolve()));
  }
  sink.end();
}

const outcomeOf = (end: ChannelEnd): Outcome => (end.kind === 'lost' ? lostOutcome(end) : end);

/** What the tools on the node said, without what repeats. */
function lastWords(errors: string): string {
  const lines = Buffer.from(errors, 'latin1')
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [...new Set(lines)].slice(0, 3).join('; ') || 'the node said nothing about why';
}
