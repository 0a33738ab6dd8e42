// Writes a recording. Readings wait in memory until a block is full; a process that is killed loses at most these open
// blocks, never what was written, and the file opens as it is.
import type { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../model/reading.ts';
import type { NetEvent } from '../model/sample.ts';
import { advanceNode, type NodeState } from '../rates/node-rates.ts';
import { MinuteSums } from '../traffic/minute-sums.ts';
import { type Interval, intervalOf } from '../traffic/traffic.ts';
import { encodeRows } from './block.ts';
import { printBlockKey, sameBlockKey } from './block-key.ts';
import { OpenRows } from './open-rows.ts';
import { cellsOf, noHost } from './reading-cells.ts';
import { openRecordingFile } from './recording-file.ts';
import { type FullBlock, RecordingWriter } from './recording-writer.ts';

export interface RecorderOptions {
  /** Readings of a node in a block: more compress better, fewer are lost by a crash. Default 300. */
  readonly blockReadings?: number;
  /** A block is full, too, when its first reading is so old: where readings are rare. Default five minutes, or thirty readings. */
  readonly blockMs?: number;
  /**
   * Readings that arrived longer ago are removed; default never. Time is that of the newest reading. Traffic by minutes is
   * kept four times as long, by hours and with the events fifty times.
   */
  readonly retainMs?: number;
  /** Time between two readings of a node. Default a second. */
  readonly intervalMs?: number;
}

interface OpenBlock {
  readonly rows: OpenRows;
  readonly traffic: MinuteSums;
  /** The latest: what all have in common is taken from it. */
  latest: Reading;
  /** Arrivals, in ms. */
  firstMs: number;
  lastMs: number;
  readonly limit: number;
}

const leastReadings = 30;

/** Successive multiples of it spread evenly over 0 to 1. */
const goldenRatio = 0.618_033_988_75;

/** @throws HeorotError `recording-unusable` */
export function openRecorder(path: string, options: RecorderOptions = {}): Recorder {
  return new Recorder(openRecordingFile(path), path, options);
}

export class Recorder implements Disposable {
  readonly #writer: RecordingWriter;
  readonly #blockReadings: number;
  readonly #blockMs: number;
  readonly #intervalMs: number;
  readonly #open = new Map<string, OpenBlock>();
  /** Of nodes that have had a block. */
  readonly #states = new Map<string, NodeState>();
  #full: OpenBlock[] = [];
  #events: NetEvent[] = [];
  #newestMs = 0;

  constructor(database: DatabaseSync, path: string, options: RecorderOptions = {}) {
    const { blockReadings = 300, retainMs = Infinity, intervalMs = 1000 } = options;
    const { blockMs = Math.max(300_000, leastReadings * intervalMs) } = options;
    this.#blockReadings = Math.max(1, blockReadings);
    this.#blockMs = blockMs;
    this.#intervalMs = intervalMs;
    this.#writer = new RecordingWriter(database, path, retainMs);
  }

  /** Readings of a node in the order of their arrival. */
  append(reading: Reading): void {
    const { node } = reading;
    const before = this.#open.get(node);
    // The head's clock may have been put back, and a node may have been away.
    const near = before !== undefined && Math.abs(reading.arrivedMs - before.firstMs) <= this.#blockMs;
    const goesOn = near && sameBlockKey(before.latest, reading);
    const block = goesOn ? before : this.#begin(reading);
    if (before !== undefined && !goesOn) this.#full.push(before);
    extend(block, reading, this.#rate(reading));
    this.#newestMs = Math.max(this.#newestMs, reading.arrivedMs);
    if (block.rows.count >= block.limit || block.lastMs - block.firstMs >= this.#blockMs) {
      this.#full.push(block);
      this.#open.delete(node);
    }
    if (this.#full.length > 0) this.#write();
  }

  #begin(reading: Reading): OpenBlock {
    const at = Math.round(reading.arrivedMs);
    const [rows, traffic, limit] = [new OpenRows(), new MinuteSums(), this.#limitOf(reading.node)];
    const block: OpenBlock = { rows, traffic, latest: reading, firstMs: at, lastMs: at, limit };
    this.#open.set(reading.node, block);
    return block;
  }

  /** Nodes start together; their blocks must not end together, or the head stands still while it compresses them all. */
  #limitOf(node: string): number {
    if (this.#states.has(node)) return this.#blockReadings;
    const share = (this.#states.size * goldenRatio) % 1;
    return Math.max(1, Math.ceil(this.#blockReadings * (0.5 + share / 2)));
  }

  /** The interval that a reading ends, also over the time in which nothing was recorded. */
  #rate(reading: Reading): Interval | undefined {
    const before = this.#states.get(reading.node) ?? this.#stateOf(this.#writer.lastReading(reading.node));
    const { state, samples } = this.#advance(before, reading);
    this.#states.set(reading.node, state);
    const sample = samples[0];
    if (sample?.type !== 'sample' || sample.interface !== null) return undefined;
    return intervalOf(sample, before?.last.arrivedMs, this.#intervalMs);
  }

  #stateOf(last: Reading | undefined): NodeState | undefined {
    return last === undefined ? undefined : this.#advance(undefined, last).state;
  }

  #advance(before: NodeState | undefined, reading: Reading) {
    return advanceNode(before, { ...reading, ports: [], host: noHost }, { intervalMs: this.#intervalMs });
  }

  appendEvent(event: NetEvent): void {
    this.#events.push(event);
  }

  /** Events alone: open blocks of readings stay open. */
  writeEvents(): void {
    if (this.#events.length > 0) this.#write();
  }

  /** Writes what waits, open blocks too: for an orderly pause, and before the end. */
  flush(): void {
    this.#full.push(...this.#open.values());
    this.#open.clear();
    this.#write();
  }

  /** Without writing what waits: after a failure. */
  close(): void {
    this.#writer.close();
  }

  /** Flushes and closes. */
  [Symbol.dispose](): void {
    try {
      this.flush();
    } finally {
      this.close();
    }
  }

  #write(): void {
    this.#writer.write(this.#full.map(fullBlock), this.#events, this.#newestMs);
    this.#full = [];
    this.#events = [];
  }
}

function extend(block: OpenBlock, reading: Reading, interval: Interval | undefined): void {
  const at = Math.round(reading.arrivedMs);
  block.rows.append(cellsOf(reading));
  if (interval !== undefined) block.traffic.add(interval);
  block.latest = reading;
  block.firstMs = Math.min(block.firstMs, at);
  block.lastMs = Math.max(block.lastMs, at);
}

function fullBlock({ rows, traffic, latest, firstMs, lastMs }: OpenBlock): FullBlock {
  const data = encodeRows(rows.rows(), latest);
  return {
    node: latest.node,
    key: printBlockKey(latest),
    firstMs,
    lastMs,
    readings: rows.count,
    data,
    traffic,
  };
}
