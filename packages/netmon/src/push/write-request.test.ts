import { expect, it } from 'vitest';
import { encodeWriteRequest } from './write-request.ts';

it('a series is written as protobuf says, its labels by name', () => {
  const encoded = encodeWriteRequest([{ labels: { node: 'n1', __name__: 'up' }, value: 1.5, timeMs: 300 }]);
  const label = (name: string, value: string) => [
    0x0a,
    name.length + value.length + 4,
    0x0a,
    name.length,
    ...Buffer.from(name),
    0x12,
    value.length,
    ...Buffer.from(value),
  ];
  const sample = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x10, 0xac, 0x02];
  const series = [...label('__name__', 'up'), ...label('node', 'n1'), ...sample];
  expect([...encoded]).toEqual([0x0a, series.length, ...series]);
});

it('a label without a value is none', () => {
  const [one, other] = [{ a: 'b', c: '' }, { a: 'b' }].map((labels) =>
    encodeWriteRequest([{ labels, value: 0, timeMs: 1 }]),
  );
  expect(one).toEqual(other);
});

it('lengths of two bytes and times beyond 2^32 are whole', () => {
  const encoded = encodeWriteRequest([
    { labels: { a: 'x'.repeat(300) }, value: 0, timeMs: 1_795_337_526_561 },
  ]);
  const series = encoded.subarray(3);
  expect(encoded[0]).toBe(0x0a);
  expect(((encoded[1] ?? 0) & 0x7f) + (encoded[2] ?? 0) * 128).toBe(series.length);
  const time = [...series.subarray(-6)].reduceRight((value, byte) => value * 128 + (byte & 0x7f), 0);
  expect(time).toBe(1_795_337_526_561);
});
