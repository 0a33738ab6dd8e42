// Who answered what: collects the output of every node and keeps each distinct answer once.

import type { RunEvent } from '@heorot/fanout';
import { naturalOrder } from '@heorot/inventory';
import { isEnd, type Streams, shows } from '../render/renderer.ts';
import { outcomeKey } from '../run/outcome-text.ts';
import type { BlockSpill } from './block-spill.ts';
import { ByteLog } from './byte-log.ts';
import { LineMixer } from './line-mixer.ts';

/** Nodes that ended the same way and wrote the same bytes. */
export interface Answer {
  /** In natural order: n2 before n10. */
  readonly nodes: readonly string[];
  readonly log: ByteLog;
}

export class Answers {
  readonly #streams: Streams;
  readonly #spill: BlockSpill;
  readonly #mixer = new LineMixer();
  readonly #open = new Map<string, ByteLog>();
  readonly #distinct = new Map<string, ByteLog>();
  readonly #groups = new Map<string, { nodes: string[]; log: ByteLog }>();

  constructor(streams: Streams, spill: BlockSpill) {
    this.#streams = streams;
    this.#spill = spill;
  }

  add(event: RunEvent): void {
    if (event.kind === 'stdout' || event.kind === 'stderr') {
      if (!shows(this.#streams, event.kind)) return;
      // Two streams in one log: whole lines only, or one would run into the other.
      const data =
        this.#streams === 'both' ? this.#mixer.push(event.node, event.kind, event.data) : event.data;
      if (data.length > 0) this.#logOf(event.node).append(data);
    } else if (isEnd(event)) {
      this.#close(event.node, outcomeKey(event.outcome));
    }
  }

  /** The answers, those of most nodes first, else in the order of their nodes; silent nodes have none. */
  byFrequency(): readonly Answer[] {
    for (const { nodes } of this.#groups.values()) nodes.sort(naturalOrder);
    return [...this.#groups.values()].toSorted(
      (a, b) => b.nodes.length - a.nodes.length || naturalOrder(a.nodes[0] ?? '', b.nodes[0] ?? ''),
    );
  }

  #close(node: string, outcome: string): void {
    for (const rest of this.#mixer.end(node)) this.#logOf(node).append(rest);
    const log = this.#open.get(node);
    if (log === undefined) return;
    this.#open.delete(node);
    const digest = log.digest();
    const known = this.#distinct.get(digest);
    if (known === undefined) this.#distinct.set(digest, log);
    else log.discard();
    const key = `${outcome} ${digest}`;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { nodes: [node], log: known ?? log });
    else group.nodes.push(node);
  }

  #logOf(node: string): ByteLog {
    let log = this.#open.get(node);
    if (log === undefined) {
      log = new ByteLog(this.#spill);
      this.#open.set(node, log);
    }
    return log;
  }
}
