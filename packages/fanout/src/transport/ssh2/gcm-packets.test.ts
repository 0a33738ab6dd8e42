import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import * as fc from 'fast-check';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gather, openTestFanout, openTestLab, type TestLab } from '../../testing/lab-targets.ts';
import { forgetKeyPair } from './forget-key-pair.ts';
import { useOwnGcm } from './gcm-packets.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ nodes: 1 });
});
afterAll(() => lab[Symbol.asyncDispose]());

test('a server reads what was written, whatever its length and however it is cut', async () => {
  await using fanout = openTestFanout(true);
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 100_000 })), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(lengths, async (pieces) => {
      const content = pieces.map((length) => randomBytes(length));
      const run = fanout.run(
        lab.targets,
        { text: 'cat' },
        { schedule: { fanout: 1 }, stdin: Readable.from(content) },
      );
      const { stdout } = await gather(run);
      expect(stdout.get('n1') ?? Buffer.alloc(0)).toEqual(Buffer.concat(content));
    }),
    { numRuns: 40 },
  );
});

test('ssh2 has what this relies on: else copies would quietly become slow, and key pairs be kept', async () => {
  const [node] = lab.lab.nodes;
  const socket = connect({ host: node?.address ?? '', port: node?.port ?? 0 });
  const client = new ssh2.Client();
  const handshake = new Promise<ssh2.NegotiatedAlgorithms>((resolve) => client.once('handshake', resolve));
  client.on('error', () => {});
  client.connect({ sock: socket, username: 'x', algorithms: { cipher: ['aes256-gcm@openssh.com'] } });
  await handshake;
  useOwnGcm(client, socket);
  const { _cipher: sender, _decipher: receiver } = Reflect.get(client, '_protocol');
  expect(Object.hasOwn(sender, 'encrypt')).toBe(true);
  expect(receiver._decipherKey).toMatchObject({ type: 'secret' });
  const exchange = Reflect.get(Reflect.get(client, '_protocol'), '_kex');
  expect(exchange._keys).toMatchObject({ privateKey: { type: 'private' } });
  forgetKeyPair(client);
  expect(exchange._keys).toBeNull();
  client.destroy();
});

test('with another cipher, or another ssh2, nothing is touched', () => {
  const client = new ssh2.Client();
  Reflect.set(client, '_protocol', { _cipher: { _encKey: 'elsewhere' }, _decipher: undefined });
  useOwnGcm(client, new PassThrough());
  expect(Reflect.get(client, '_protocol')).toEqual({
    _cipher: { _encKey: 'elsewhere' },
    _decipher: undefined,
  });
});
