import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Pusher } from './pusher.ts';

interface Receiver extends AsyncDisposable {
  readonly url: URL;
  readonly batches: readonly string[];
  readonly headers: readonly Readonly<Record<string, string | string[] | undefined>>[];
  wait(count: number): Promise<void>;
}

/** @param statuses of its answers, one after the other; the last one stays */
async function startReceiver(statuses: readonly number[]): Promise<Receiver> {
  const batches: string[] = [];
  const headers: Receiver['headers'][number][] = [];
  let answered = 0;
  const server = createServer((request, response) => {
    const answer = (body: Buffer) => {
      const status = statuses[Math.min(answered++, statuses.length - 1)] ?? 204;
      if (status < 300) batches.push(body.toString());
      headers.push(request.headers);
      response.writeHead(status).end(status < 300 ? '' : 'not now');
    };
    buffer(request).then(answer, () => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/api/v1/write`),
    batches,
    headers,
    wait: async (count) => {
      while (batches.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const batch = (text: string) => new TextEncoder().encode(text);
const backoffMs = { first: 5, longest: 10 };

describe('pushing', () => {
  it('sends what it is given, in order, as the specification wants it', async () => {
    await using receiver = await startReceiver([204]);
    const said: string[] = [];
    await using pusher = new Pusher({ url: receiver.url, token: 'secret', say: (line) => said.push(line) });
    for (const text of ['a', 'b', 'c']) pusher.offer(batch(text));
    await receiver.wait(3);
    expect(receiver.batches).toEqual(['a', 'b', 'c']);
    expect(receiver.headers[0]).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
      authorization: 'Bearer secret',
    });
    expect(said).toEqual([]);
  });

  it('tries again what a receiver cannot take now, and says so once', async () => {
    await using receiver = await startReceiver([503, 429, 500, 204]);
    const said: string[] = [];
    await using pusher = new Pusher({ url: receiver.url, backoffMs, say: (line) => said.push(line) });
    pusher.offer(batch('a'));
    pusher.offer(batch('b'));
    await receiver.wait(2);
    expect(receiver.batches).toEqual(['a', 'b']);
    expect(said[0]).toContain('does not take it: 503 not now; trying again');
    expect(pusher.lost).toBe(0);
  });

  it('gives up what is refused', async () => {
    await using receiver = await startReceiver([400, 204]);
    const said: string[] = [];
    await using pusher = new Pusher({ url: receiver.url, backoffMs, say: (line) => said.push(line) });
    pusher.offer(batch('wrong'));
    pusher.offer(batch('b'));
    await receiver.wait(1);
    expect(receiver.batches).toEqual(['b']);
    expect(pusher.lost).toBe(1);
    expect(said[0]).toContain('refuses: 400 not now');
  });

  it('drops the oldest where too much waits, and counts it', async () => {
    const said: string[] = [];
    {
      const nobody = new URL('http://127.0.0.1:9/api/v1/write');
      await using pusher = new Pusher({
        url: nobody,
        backoffMs,
        mostBytes: 3,
        say: (line) => said.push(line),
      });
      for (const text of ['a', 'b', 'c', 'd', 'e']) pusher.offer(batch(text));
      expect(pusher.lost).toBe(2);
    }
    expect(said).toContain('push: too many batches wait: the oldest are dropped');
    expect(said.at(-1)).toMatch(/batches were lost/);
  });
});
