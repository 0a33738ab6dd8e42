// Mixes stdout and stderr of a node without letting one stream's unfinished line run into the other's.

const newline = 0x0a;
const nothing = new Uint8Array(0);

export class LineMixer {
  readonly #rests = new Map<string, { stdout: Uint8Array[]; stderr: Uint8Array[] }>();

  /** The lines that this chunk completes, as they were written. */
  push(node: string, stream: 'stdout' | 'stderr', data: Uint8Array): Uint8Array {
    const rests = this.#restsOf(node);
    const end = data.lastIndexOf(newline) + 1;
    const lines = end === 0 ? nothing : Buffer.concat([...rests[stream], data.subarray(0, end)]);
    if (end > 0) rests[stream] = [];
    if (end < data.length) rests[stream].push(data.slice(end));
    return lines;
  }

  /** Unfinished lines at the end of the node's output; between the two a newline is set. */
  end(node: string): readonly Uint8Array[] {
    const rests = this.#rests.get(node);
    if (rests === undefined) return [];
    this.#rests.delete(node);
    const both = rests.stdout.length > 0 && rests.stderr.length > 0;
    return [...rests.stdout, ...(both ? [Uint8Array.of(newline)] : []), ...rests.stderr];
  }

  #restsOf(node: string): { stdout: Uint8Array[]; stderr: Uint8Array[] } {
    let rests = this.#rests.get(node);
    if (rests === undefined) {
      rests = { stdout: [], stderr: [] };
      this.#rests.set(node, rests);
    }
    return rests;
  }
}
