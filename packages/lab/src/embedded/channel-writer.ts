// Writes two outputs into one SSH channel with backpressure.
import type { Readable, Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';

/**
 * Copies stdout and stderr into the channel; resolves when both have ended or the client has gone. Only one write is
 * under way at a time, since the two share the channel's window (RFC 4254 section 5.2).
 */
export async function writeOutputs(
  channel: ServerChannel,
  stdout: Readable,
  stderr: Readable,
  gone: Promise<void>,
): Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  let open = true;
  // Ends the wait for window: ssh2 does not call back when a channel dies. Not a race of promises, which would pile up on `gone`.
  let release = (): void => {};
  const write = (to: Writable, chunk: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (!open) return resolve();
      release = resolve;
      forgetWaitingChunk(channel);
      to.write(chunk, () => resolve());
    });
  void gone.finally(() => {
    open = false;
    release();
    stdout.destroy();
    stderr.destroy();
  });
  const copy = async (from: Readable, to: Writable): Promise<void> => {
    try {
      for await (const chunk of from) {
        turn = turn.then(() => write(to, chunk));
        await turn;
      }
    } catch {
      // Destroyed above: nobody reads any more.
    }
  };
  await Promise.all([copy(stdout, channel), copy(stderr, channel.stderr)]);
}

/** ssh2 1.17 keeps the last chunk that had to wait for window, and sends it again when the other stream has to wait. */
function forgetWaitingChunk(channel: ServerChannel): void {
  Object.assign(channel, {
    _chunk: undefined,
    _chunkcb: undefined,
    _chunkErr: undefined,
    _chunkcbErr: undefined,
  });
}
