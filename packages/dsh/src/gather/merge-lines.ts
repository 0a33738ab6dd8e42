// Merges the answers of many nodes into one sequence of lines, each with the nodes that said it at that point.
// Every node's lines keep their order and none is lost; equal lines meet wherever the order allows it cheaply.

export interface SourceLines<Source> {
  readonly source: Source;
  readonly lines: readonly string[];
}

export interface MergedLine<Source> {
  readonly line: string;
  readonly sources: readonly Source[];
}

/**
 * A line is told once all who will still say it have come to it; where they wait for each other, the line that most
 * are at goes first. `answers` that come first win ties.
 */
export function* mergeLines<Source>(answers: readonly SourceLines<Source>[]): Generator<MergedLine<Source>> {
  const readers = answers.map((answer) => new Reader(answer));
  const fronts = new Map<string, Reader<Source>[]>();
  /** How many readers still have a line, at their front or later. */
  const holders = new Map<string, number>();
  const ready = new Set<string>();
  const look = (line: string): void => {
    const front = fronts.get(line);
    if (front !== undefined && front.length === holders.get(line)) ready.add(line);
    else ready.delete(line);
  };
  const arrive = (reader: Reader<Source>): void => {
    const line = reader.front;
    if (line === undefined) return;
    const front = fronts.get(line);
    if (front === undefined) fronts.set(line, [reader]);
    else front.push(reader);
    look(line);
  };
  for (const reader of readers)
    for (const line of reader.distinct()) holders.set(line, (holders.get(line) ?? 0) + 1);
  for (const reader of readers) arrive(reader);
  while (fronts.size > 0) {
    const line = first(ready) ?? mostFronted(fronts);
    const told = fronts.get(line) ?? [];
    fronts.delete(line);
    ready.delete(line);
    yield { line, sources: told.map((reader) => reader.source) };
    for (const reader of told)
      if (reader.advance() === 'last of its kind') holders.set(line, (holders.get(line) ?? 1) - 1);
    for (const reader of told) arrive(reader);
  }
}

class Reader<Source> {
  readonly source: Source;
  readonly #lines: readonly string[];
  readonly #left = new Map<string, number>();
  #at = 0;

  constructor({ source, lines }: SourceLines<Source>) {
    this.source = source;
    this.#lines = lines;
    for (const line of lines) this.#left.set(line, (this.#left.get(line) ?? 0) + 1);
  }

  get front(): string | undefined {
    return this.#lines[this.#at];
  }

  distinct(): Iterable<string> {
    return this.#left.keys();
  }

  advance(): 'last of its kind' | 'more to come' {
    const line = this.#lines[this.#at++] ?? '';
    const left = (this.#left.get(line) ?? 1) - 1;
    this.#left.set(line, left);
    return left === 0 ? 'last of its kind' : 'more to come';
  }
}

function first<Value>(values: Iterable<Value>): Value | undefined {
  for (const value of values) return value;
  return undefined;
}

function mostFronted<Source>(fronts: ReadonlyMap<string, readonly Reader<Source>[]>): string {
  let best = '';
  let most = 0;
  for (const [line, readers] of fronts) {
    if (readers.length <= most) continue;
    best = line;
    most = readers.length;
  }
  return best;
}
