import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { type DataStream, Link } from './link.ts';

type Said = { readonly text: string };
type Frame =
  | { readonly message: Said }
  | { readonly stream: DataStream; readonly channel: number; readonly bytes: Uint8Array };

const open: Disposable[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
});

const frame = fc.oneof(
  fc.record({ message: fc.record({ text: fc.string({ unit: 'binary' }) }) }),
  fc.record({
    stream: fc.constantFrom<DataStream>('stdin', 'stdout', 'stderr'),
    channel: fc.nat({ max: 0xffff_ffff }),
    bytes: fc.uint8Array({ maxLength: 3000 }),
  }),
);

it('frames arrive in order and unchanged, however the bytes are cut on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { maxLength: 20 }),
      fc.integer({ min: 1, max: 700 }),
      async (frames, cut) => {
        const bytes = await written(frames);
        const [near, far] = await pair();
        const heard: Frame[] = [];
        const link = linkOn(far, heard);
        link.trust();
        for (let at = 0; at < bytes.length; at += cut) {
          // Delivered as a piece of its own.
          far.emit('data', bytes.subarray(at, at + cut));
        }
        near.destroy();
        expect(heard).toEqual(frames);
      },
    ),
    { numRuns: 60 },
  );
});

it.each([
  ['too long before the other side is trusted', Buffer.from([0, 0, 0x20, 0, 0])],
  ['shorter than its head', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0, 0])],
  ['of no known kind', Buffer.from([0, 0, 0, 5, 9, 0, 0, 0, 0])],
  ['that is no message', Buffer.from([0, 0, 0, 9, 0, 0, 0, 0, 0, ...Buffer.from('null')])],
  ['that is no JSON', Buffer.from([0, 0, 0, 6, 0, 0, 0, 0, 0, 0x7b])],
])('a frame %s closes the link', async (_what, bytes) => {
  const [near, far] = await pair();
  const heard: Frame[] = [];
  const link = linkOn(far, heard);
  near.write(Buffer.concat([bytes, Buffer.alloc(16)]));
  await link.closed;
  expect(heard).toEqual([]);
});

/** What a link writes for these frames. */
async function written(frames: readonly Frame[]): Promise<Buffer> {
  const [near, far] = await pair();
  const link = linkOn(near, []);
  for (const each of frames) {
    if ('message' in each) link.send(each.message);
    else link.sendData(each.stream, each.channel, each.bytes);
  }
  setImmediate(() => setImmediate(() => near.end()));
  return Buffer.concat(await far.toArray());
}

function linkOn(socket: Socket, heard: Frame[]): Link<Said, Said> {
  return new Link<Said, Said>(socket, {
    message: (message) => heard.push({ message }),
    data: (stream, channel, bytes) => heard.push({ stream, channel, bytes: new Uint8Array(bytes) }),
  });
}

async function pair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const near = connect(portOf(address), '127.0.0.1');
  const [far] = await once(server, 'connection');
  server.close();
  for (const socket of [near, far]) {
    socket.on('error', () => {});
    open.push({ [Symbol.dispose]: () => void socket.destroy() });
  }
  return [near, far];
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
