// Who of the agents speaks: all that a collector has to know of a node. No rates are made, which costs more than taking in;
// a recording keeps raw readings, and whoever reads it makes them.
import type { ClusterListener } from '../live/cluster-state.ts';
import type { SourceListener } from '../source/source.ts';

export class AgentRoll {
  readonly accept: SourceListener = (output) => {
    if (output.kind === 'contact') {
      const { node, state } = output.contact;
      if (state === 'sampling' || state === 'late') this.#silent.delete(node);
      else this.#silent.add(node);
      return;
    }
    for (const listener of this.#listeners) {
      if (output.kind === 'reading') listener.reading?.(output.reading);
      else listener.event?.(output.event);
    }
  };
  readonly #silent: Set<string>;
  readonly #listeners = new Set<ClusterListener>();

  constructor(nodes: readonly string[]) {
    this.#silent = new Set(nodes);
  }

  get silent(): readonly string[] {
    return [...this.#silent];
  }

  listen(listener: ClusterListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
