// Follows all nodes of a run: what they write is kept in the store, what they do is shown by their views.
import type { Fanout } from '@heorot/fanout';
import { EVENT_LOG_FILE } from '../event-log/kept-event-log.ts';
import { connectionGate } from './connection-gate.ts';
import { type FollowedNode, type FollowTiming, followNode } from './follow-node.ts';
import { NodeView } from './node-view.ts';
import type { NodeState, Piece, SpoolStore } from './spool-store.ts';

export interface FollowOptions extends FollowTiming {
  readonly run: string;
  readonly fanoutWidth: number;
  readonly signal: AbortSignal;
  /** Called at each change of a node's state, before its view is told. */
  readonly onState?: (node: string, state: NodeState) => void;
}

/** The pieces of all nodes are written together this often. */
const KEEP_EVERY_MS = 200;

/**
 * Resolves when every node is over or given up, or when `signal` is aborted; what was read until then is kept.
 * @param views one for each node, which this brings up to date
 */
export async function followRun(
  fanout: Fanout,
  nodes: readonly FollowedNode[],
  views: ReadonlyMap<string, NodeView>,
  store: SpoolStore,
  options: FollowOptions,
): Promise<void> {
  const { run, onState } = options;
  let pieces: Piece[] = [];
  const keep = () => {
    store.keep(run, pieces);
    pieces = [];
  };
  // What a full disk refuses is read again by the next head: nothing that comes after it may be kept.
  const broken = new AbortController();
  const timer = setInterval(() => {
    try {
      keep();
    } catch (error) {
      broken.abort(error);
    }
  }, KEEP_EVERY_MS);
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const gate = connectionGate(options.fanoutWidth);
  const follow = async (followed: FollowedNode): Promise<void> => {
    const { node } = followed.target;
    const view = views.get(node) ?? new NodeView();
    await followNode(
      fanout,
      followed,
      {
        bytes(file, offset, bytes) {
          pieces.push({ node, file, offset, bytes });
          view.push(file, bytes);
        },
        alive: ({ uptime, wallClock }) => view.alive(uptime, wallClock, Date.now()),
        state(state) {
          keep();
          store.setState(run, node, state);
          onState?.(node, state);
          view.told(state.kind);
        },
      },
      { ...options, gate, signal },
    );
  };
  try {
    await Promise.all(nodes.map(follow));
  } catch (error) {
    broken.abort(error);
  } finally {
    clearInterval(timer);
  }
  broken.signal.throwIfAborted();
  keep();
}

/** A view of what has been kept of a node, to go on from. */
export function restoredView(files: ReadonlyMap<string, Uint8Array>): NodeView {
  const view = new NodeView();
  for (const [file, bytes] of files) if (file !== EVENT_LOG_FILE) view.push(file, bytes);
  return view;
}
