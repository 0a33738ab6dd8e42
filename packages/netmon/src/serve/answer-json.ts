// What the page asks for besides its stream: a node in detail, what is recorded, the past.
import type { LiveCluster } from '../live/live-cluster.ts';
import { wireInterfaces } from './frame.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { Past } from './past.ts';
import { recentHistory } from './recent-history.ts';
import type { NodeDetail } from './wire.ts';

export type Answer =
  | { readonly kind: 'data'; readonly data: unknown }
  | { readonly kind: 'error'; readonly status: 400 | 404 | 503; readonly why: string };

export interface Question {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
}

const mostPoints = 2000;
const usualPoints = 600;

export function answers(
  cluster: LiveCluster,
  past: Past | undefined,
): (question: Question) => Promise<Answer> {
  const turns = new OneAtATime(8);
  const ofPast = async (ask: (recorded: Past) => Promise<unknown>): Promise<Answer> => {
    if (past === undefined) return wrong(404, 'nothing is recorded');
    const answer = await turns.run(() => ask(past));
    return answer === undefined ? wrong(503, 'too many questions at a time') : { kind: 'data', data: answer };
  };
  return async ({ path, query, signal }) => {
    const node = query.get('node') ?? '';
    switch (path) {
      case '/api/node':
        return liveNode(cluster, node);
      case '/api/recorded':
        return await ofPast(async (recorded) => ({ span: recorded.span() }));
      case '/api/at': {
        const timeMs = time(query, 'time');
        if (timeMs === undefined) return wrong(400, 'time: ms since 1970');
        return await ofPast((recorded) => recorded.frameAt(timeMs, signal));
      }
      case '/api/history': {
        const [fromMs, toMs] = [time(query, 'from'), time(query, 'to')];
        const points = Number(query.get('points') ?? usualPoints);
        if (fromMs === undefined || toMs === undefined || toMs <= fromMs) {
          return wrong(400, 'from, to: ms since 1970');
        }
        if (!(Number.isInteger(points) && points >= 1 && points <= mostPoints)) {
          return wrong(400, `points: 1 to ${mostPoints}`);
        }
        return await ofPast((recorded) => recorded.history({ node, fromMs, toMs, points }, signal));
      }
      default:
        return wrong(404, 'no such page');
    }
  };
}

function liveNode(cluster: LiveCluster, name: string): Answer {
  const status = cluster.node(name);
  if (status === undefined) return wrong(404, 'no such node');
  const detail: NodeDetail = {
    node: name,
    interfaces: wireInterfaces(status),
    history: recentHistory(status.history, cluster.intervalMs),
  };
  return { kind: 'data', data: detail };
}

function time(query: URLSearchParams, name: string): number | undefined {
  const value = Number(query.get(name) ?? Number.NaN);
  return Number.isFinite(value) && Math.abs(value) < 8.64e15 ? value : undefined;
}

function wrong(status: 400 | 404 | 503, why: string): Answer {
  return { kind: 'error', status, why };
}
