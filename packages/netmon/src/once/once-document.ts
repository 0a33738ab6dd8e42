// The document of `netmon once --json`; what stands in it is in docs/reference/netmon.schema.json.
import type { NodeStatus } from '../live/node-status.ts';
import type { NetEvent } from '../model/sample.ts';
import type { Finding } from '../sick-links/finding.ts';

export interface OnceParts {
  readonly time: string;
  readonly nodes: readonly NodeStatus[];
  readonly events: readonly NetEvent[];
  /** Undefined where they were not asked for. */
  readonly findings: readonly Finding[] | undefined;
}

export function onceDocument({ time, nodes, events, findings }: OnceParts): unknown {
  return {
    time,
    nodes: nodes.map(({ node, contact, sample, interfaces, ports }) => ({
      node,
      state: contact.state,
      detail: contact.detail,
      since: new Date(contact.sinceMs).toISOString(),
      sample: sample ?? null,
      interfaces,
      ports,
    })),
    events,
    ...(findings === undefined ? {} : { findings }),
  };
}
