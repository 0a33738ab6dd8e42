// What one node does at this moment, put together from the pieces of its spool as they come; bounded, whatever the run's length.
import { parseMarchRecord } from '../engines/march-record.ts';
import { parseSpoolEvent, type SpoolEvent } from '../node/spool-event.ts';
import type { NodeState } from './spool-store.ts';

/** An unfinished line longer than this is cut: memtester draws its spinner on one line for hours. */
const LONGEST_LINE = 64 * 1024;

export class NodeView {
  /** `waiting` until the first record; then as the supervisor and the connection tell. */
  state: 'waiting' | 'running' | 'unreachable' | 'over' = 'waiting';
  phase = '-';
  /** Phases that have ended. */
  phasesDone = 0;
  findings = 0;
  passes = 0;
  /** What march said last that it would do. */
  position: string | null = null;
  /** Bytes a second moved by the engine of this phase; 0: it does not tell. */
  bytesPerSecond = 0;
  /** Memory under test in this phase, and of the machine. */
  bytes = 0;
  totalBytes = 0;
  /** Seconds by which the node's clock differs from the head's. */
  clockOffset = 0;
  spoolFull = false;
  bootId: string | null = null;
  /** Uptime of the node when the run began, and now. */
  startedAt: number | null = null;
  uptime = 0;
  readonly #lines = new Map<string, string>();
  readonly #findings = new Map<string, number>();
  #last: { elapsed: number; bytesMoved: number } | undefined;

  /** Seconds since the run began, by the node's own clock. */
  get seconds(): number {
    return this.startedAt === null ? 0 : Math.max(0, this.uptime - this.startedAt);
  }

  push(file: string, bytes: Uint8Array): void {
    if (this.state === 'waiting') this.state = 'running';
    const text = (this.#lines.get(file) ?? '') + Buffer.from(bytes).toString('latin1');
    const lines = text.split('\n');
    this.#lines.set(file, (lines.pop() ?? '').slice(-LONGEST_LINE));
    for (const line of lines) this.#line(file, line);
  }

  /** What the connection says. Until its first record a run that was handed to a scheduler waits there. */
  told(state: NodeState['kind']): void {
    if (state === 'running') this.state = this.startedAt === null ? 'waiting' : 'running';
    else this.state = state === 'unreachable' ? 'unreachable' : 'over';
  }

  alive(uptime: number, wallClock: number, now: number): void {
    if (this.state !== 'over') this.told('running');
    this.uptime = uptime;
    this.clockOffset = wallClock - now / 1000;
  }

  #line(file: string, line: string): void {
    if (file === 'events.ndjson') {
      const event = parseSpoolEvent(line);
      if (event !== null) this.#event(event);
    } else if (file.endsWith('.march.out')) {
      this.#march(file, line);
    } else if (/FAILURE:|^(?:\S+ )*Hardware Error:/.test(line)) {
      this.#count(file, (this.#findings.get(file) ?? 0) + 1);
    }
  }

  #event(event: SpoolEvent): void {
    this.uptime = Math.max(this.uptime, event.uptime);
    if (event.event === 'start') {
      this.startedAt = event.uptime;
      this.bootId = event.bootId;
    } else if (event.event === 'phase-start') {
      this.phase = event.phase;
      this.position = null;
      this.bytesPerSecond = 0;
      this.#last = undefined;
    } else if (event.event === 'phase-end') {
      this.phasesDone += 1;
    } else if (event.event === 'spool-full') {
      this.spoolFull = true;
    } else if (event.event === 'end') {
      this.phase = '-';
      this.bytesPerSecond = 0;
    }
  }

  #march(file: string, line: string): void {
    const record = parseMarchRecord(line);
    if (record === null) return;
    if (record.type === 'start') {
      this.bytes = record.plannedBytes;
      this.totalBytes = record.totalBytes;
    } else if (record.type === 'progress') {
      const last = this.#last;
      if (last !== undefined && record.elapsed > last.elapsed) {
        this.bytesPerSecond = (record.bytesMoved - last.bytesMoved) / (record.elapsed - last.elapsed);
      }
      this.#last = record;
      this.position = record.position;
      this.#count(file, record.findings);
    } else if (record.type === 'pass') {
      this.passes = record.pass;
    } else if (record.type === 'summary') {
      this.#count(file, record.findings);
    }
  }

  #count(file: string, findings: number): void {
    this.#findings.set(file, Math.max(findings, this.#findings.get(file) ?? 0));
    this.findings = [...this.#findings.values()].reduce((sum, each) => sum + each, 0);
  }
}
