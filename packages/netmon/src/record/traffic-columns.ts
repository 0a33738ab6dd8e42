// Traffic of spans that follow each other, as columns of a recording. Rates are kept as whole bytes a second, the least
// rounded down and the most up, seconds as microseconds.
import { crc32 } from 'node:zlib';
import type { Flow, Traffic } from '../traffic/traffic.ts';
import { ByteSink, ByteSource } from './bytes.ts';
import type { Cell } from './column.ts';
import { decodeColumns } from './decode-columns.ts';
import { encodeColumns } from './encode-columns.ts';

// The order of columns is the format.
const flowColumns = 4;
const receivedAt = 3;
const sentAt = receivedAt + flowColumns;
const errorsAt = sentAt + flowColumns;
const width = errorsAt + 2;
/** The seconds of both directions are nearly always the same. */
const hints = Array.from({ length: width }, (_, at) =>
  at === sentAt + 1 ? { follows: [receivedAt + 1] } : {},
);
const checksumLength = 4;

/** @param spans undefined where nothing is known of one */
export function encodeTraffic(spans: readonly (Traffic | undefined)[]): Uint8Array {
  const rows = spans.map((traffic) => (traffic === undefined ? undefined : cellsOf(traffic)));
  const columns = Array.from({ length: width }, (_, at) => rows.map((row) => row?.[at] ?? null));
  const out = new ByteSink();
  out.bytes(encodeColumns(columns, hints));
  out.uint32(crc32(out.done()));
  return out.done();
}

/**
 * @param count of spans
 * @throws RangeError for bytes that are none
 */
export function decodeTraffic(bytes: Uint8Array, count: number): readonly (Traffic | undefined)[] {
  const body = bytes.subarray(0, Math.max(0, bytes.length - checksumLength));
  const sum = new ByteSource(bytes.subarray(body.length));
  if (sum.rest !== checksumLength || sum.uint32() !== crc32(body)) throw new RangeError('it is damaged');
  const columns = decodeColumns(body, width, count);
  return Array.from({ length: count }, (_, row) => trafficOf((at) => columns.cell(at, row)));
}

function cellsOf({ samples, sampled, knownMs, received, sent, errors, dropped }: Traffic): readonly Cell[] {
  return [
    whole(samples),
    sampled ? 1n : 0n,
    whole(knownMs),
    ...flowCells(received),
    ...flowCells(sent),
    whole(errors),
    whole(dropped),
  ];
}

function flowCells({ bytes, seconds, least, most }: Flow): readonly Cell[] {
  return [
    whole(bytes),
    whole(seconds * 1e6),
    least === null ? null : whole(Math.floor(least)),
    most === null ? null : whole(Math.ceil(most)),
  ];
}

function trafficOf(cell: (at: number) => Cell): Traffic | undefined {
  const samples = cell(0);
  if (samples === null) return undefined;
  const number = (at: number) => Number(cell(at) ?? 0n);
  const flow = (at: number): Flow => {
    const [least, most] = [cell(at + 2), cell(at + 3)];
    return {
      bytes: number(at),
      seconds: number(at + 1) / 1e6,
      least: least === null ? null : Number(least),
      most: most === null ? null : Number(most),
    };
  };
  return {
    samples: Number(samples),
    sampled: number(1) === 1,
    knownMs: number(2),
    received: flow(receivedAt),
    sent: flow(sentAt),
    errors: number(errorsAt),
    dropped: number(errorsAt + 1),
  };
}

function whole(value: number): bigint {
  return BigInt(Math.round(value));
}
