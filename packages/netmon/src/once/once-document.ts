// The document of `netmon once --json`; what stands in it is in docs/reference/netmon.schema.json.
import type { MachineFacts } from '../facts/machine-facts.ts';
import type { NodeStatus } from '../live/node-status.ts';
import type { NetEvent } from '../model/sample.ts';
import type { Finding } from '../sick-links/finding.ts';

export interface OnceParts {
  readonly time: string;
  readonly nodes: readonly NodeStatus[];
  readonly events: readonly NetEvent[];
  /** Undefined where they were not asked for. */
  readonly findings: readonly Finding[] | undefined;
  /** Of this machine; undefined where it is not what is watched, null where they are not known. */
  readonly facts: MachineFacts | null | undefined;
}

export function onceDocument({ time, nodes, events, findings, facts }: OnceParts): unknown {
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
    ...(facts === undefined ? {} : { facts }),
  };
}
