import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { EventStream, eventText } from './event-stream.ts';

it('an event is one line of data, whatever is in it', () => {
  expect(eventText('frame', { a: 'x\ny\r\n\n' })).toBe('event: frame\ndata: {"a":"x\\ny\\r\\n\\n"}\n\n');
});

it('a reader who is too slow gets the newest, and what was between was never made', async () => {
  const opened = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => opened.resolve(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const reader = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  reader.pause();
  reader.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const response = await opened.promise;
  const stream = new EventStream(response);

  const frames = 400;
  const made: number[] = [];
  for (let frame = 1; frame <= frames; frame++) {
    stream.offer(() => {
      made.push(frame);
      return eventText('frame', { frame, filling: 'x'.repeat(100_000) });
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(made.length).toBeLessThan(frames);
  expect(made).not.toContain(frames);

  let heard = '';
  reader.setEncoding('latin1');
  reader.on('data', (piece) => {
    heard = heard.slice(-200_000) + String(piece);
  });
  reader.resume();
  while (!heard.includes(`"frame":${frames},`)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(made.at(-1)).toBe(frames);
  stream[Symbol.dispose]();

  // Nothing is taken any more: after a minute it is given up.
  reader.pause();
  const closed = once(response, 'close');
  const filling = () => eventText('frame', { filling: 'x'.repeat(1_000_000) });
  for (let frame = 0; frame < 40; frame++) {
    stream.offer(filling, 0);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.offer(filling, 60_001);
  await closed;
  reader.destroy();
  await once(server.close(), 'close');
});
