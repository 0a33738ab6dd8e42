// `clone status --json`: one document, the same words as on the screen.
import type { Deployment, Run } from '../deploy/deployment.ts';
import { stateOf } from './progress-of-run.ts';

export function statusDocument(deployments: readonly Deployment[], run?: Run): unknown {
  return {
    ...(run === undefined ? {} : { run: runDocument(run) }),
    nodes: deployments.map((each) => ({
      node: each.node,
      mac: each.mac,
      run: each.run,
      deployment: each.id,
      state: stateOf(each),
      ...(each.position.kind === 'at'
        ? {
            round: each.position.round,
            attempt: each.position.attempt,
            since: new Date(each.position.since).toISOString(),
          }
        : {}),
      ...(each.progress === undefined ? {} : { progress: each.progress }),
      ...(each.position.kind === 'ended' && each.position.reason !== undefined
        ? { reason: each.position.reason }
        : {}),
      started: new Date(each.started).toISOString(),
      ...(each.ended === undefined ? {} : { ended: new Date(each.ended).toISOString() }),
    })),
  };
}

function runDocument({ id, action, image, digest, nodes, trust, created, expires }: Run): unknown {
  return {
    id,
    action,
    image,
    plan: digest,
    nodes,
    trust,
    created: new Date(created).toISOString(),
    expires: new Date(expires).toISOString(),
  };
}
