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
  void gone.finally(() => {
    open = false;
    stdout.destroy();
    stderr.destroy();
  });
  const copy = async (from: Readable, to: Writable): Promise<void> => {
    try {
      for await (const chunk of from) {
        turn = turn.then(() => Promise.race([writeChunk(channel, to, chunk), gone]));
        await turn;
        if (!open) return;
      }
    } catch {
      // Destroyed by the close above: nobody reads any more.
    }
  };
  await Promise.all([copy(stdout, channel), copy(stderr, channel.stderr)]);
}

function writeChunk(channel: ServerChannel, to: Writable, chunk: Uint8Array): Promise<void> {
  // ssh2 1.17 keeps the last chunk that had to wait for window, and sends it again when the other stream has to wait.
  Object.assign(channel, {
    _chunk: undefined,
    _chunkcb: undefined,
    _chunkErr: undefined,
    _chunkcbErr: undefined,
  });
  return new Promise((resolve) => to.write(chunk, () => resolve()));
}
