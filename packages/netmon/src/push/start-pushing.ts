// `--push`: the last reading of every node, every some seconds, to a remote-write receiver.
import { HeorotError } from '@heorot/inventory';
import type { LiveCluster } from '../live/live-cluster.ts';
import { Pusher } from './pusher.ts';
import { seriesOf } from './series-of.ts';
import { snappyBlock } from './snappy.ts';
import { encodeWriteRequest } from './write-request.ts';

export interface PushOptions {
  /** Undefined: nothing is pushed. */
  readonly url: string | undefined;
  readonly intervalMs: number;
  readonly token: string | undefined;
  readonly say: (line: string) => void;
}

/** Receivers take some MB at a time; 500 to 2000 is usual (spec, "Parallelism & Shards"). */
const seriesInBatch = 2000;

/** @throws HeorotError `usage` for what is no address of a receiver */
export function startPushing(
  cluster: LiveCluster,
  { url, intervalMs, token, say }: PushOptions,
): AsyncDisposable {
  if (url === undefined) return { [Symbol.asyncDispose]: async () => {} };
  const pusher = new Pusher({ url: parseReceiver(url), say, ...(token === undefined ? {} : { token }) });
  const push = () => {
    const series = seriesOf(cluster, Date.now());
    for (let at = 0; at < series.length; at += seriesInBatch) {
      pusher.offer(snappyBlock(encodeWriteRequest(series.slice(at, at + seriesInBatch))));
    }
  };
  const timer = setInterval(push, intervalMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await pusher[Symbol.asyncDispose]();
    },
  };
}

function parseReceiver(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new HeorotError('usage', `flag --push: '${text}' is no address`, {
      hint: 'such as http://127.0.0.1:9090/api/v1/write',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new HeorotError('usage', 'flag --push: a password in a command line can be seen by others', {
      hint: 'use --push-token-file FILE',
    });
  }
  return url;
}
