// One command on an ssh2 connection, with the contract of model/transport.ts.
import type { ClientChannel } from 'ssh2';
import type { Channel, ChannelEnd, OutputFilters } from '../../model/transport.ts';
import { inputOf, outputOf } from '../streams.ts';

export interface Ssh2Channel extends Channel {
  /**
   * Resolves when the node has closed the channel as well: sshd does that, also after {@link Channel.close}, only when
   * the command's process has ended.
   */
  readonly closedByNode: Promise<void>;
}

/**
 * stdout and stderr share one SSH window of 2 MiB: a reader that leaves one of them unread stops both.
 * @param lost why the connection ended; resolved only then
 */
export function ssh2Channel(
  source: ClientChannel,
  lost: Promise<string>,
  filters?: OutputFilters,
): Ssh2Channel {
  const stdout = outputOf(source, filters?.stdout);
  const stderr = outputOf(source.stderr, filters?.stderr);
  const stdin = inputOf(source);
  const { promise: closed, resolve } = Promise.withResolvers<ChannelEnd | undefined>();
  const { promise: closedByNode, resolve: nodeHasClosed } = Promise.withResolvers<void>();
  let end: ChannelEnd | undefined;
  endsOnce(source);

  source.once('exit', (code: number | null, signal?: string) => {
    end =
      code === null ? { kind: 'signal', signal: (signal ?? '').replace(/^SIG/, '') } : { kind: 'exit', code };
  });
  source.once('close', () => {
    stdin.cut();
    nodeHasClosed();
    resolve(end);
  });
  const close = () => {
    source.close();
    stdout.stream.destroy();
    stderr.stream.destroy();
    stdin.cut();
    resolve(end ?? { kind: 'lost', reason: 'closed' });
  };

  return {
    stdin: stdin.stream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    ended: Promise.all([closed, stdout.delivered, stderr.delivered]).then(
      async ([known]) => known ?? { kind: 'lost', reason: await whyLost(lost) },
    ),
    resize: (columns, rows) => source.setWindow(rows, columns, 0, 0),
    close,
    closedByNode,
  };
}

/** A stream that has ended destroys itself; ssh2 would end it once more, for which Node makes an error for nobody. */
function endsOnce(source: ClientChannel): void {
  const destroy = source.destroy.bind(source);
  source.destroy = () => {
    if (!source.writableEnded) return destroy();
    source.close();
    return source;
  };
}

/** A connection's end is known a moment after that of its channels. */
async function whyLost(lost: Promise<string>): Promise<string> {
  const { promise: alive, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, 100, 'the command was ended without an exit status');
  try {
    return await Promise.race([lost, alive]);
  } finally {
    clearTimeout(timer);
  }
}
