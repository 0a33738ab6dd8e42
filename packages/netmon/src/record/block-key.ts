// What all readings of a block have in common: node, boot, namespace, and the interfaces with their facts. Kept as lines of
// the sampler's protocol, so that there is one way to write facts and one to read them.
import type { InterfaceFacts, PortFacts } from '../model/interface-facts.ts';
import type { Reading } from '../model/reading.ts';
import { protocolVersion } from '../sampler/line.ts';
import { parseLine } from '../sampler/parse-line.ts';
import { printLine } from '../sampler/print-line.ts';

export interface BlockKey {
  /** As it is printed. */
  readonly text: string;
  readonly node: string;
  readonly bootId: string;
  readonly netns: string;
  readonly bits: 32 | 64 | null;
  readonly interfaces: readonly InterfaceFacts[];
  readonly ports: readonly PortFacts[];
}

/** The same text for readings that may share a block; the node is kept beside it. */
export function printBlockKey({ bootId, netns, bits, interfaces, ports }: Reading): string {
  const banner = { version: protocolVersion, sampler: '-', bootId, netns, clock: '-', bits };
  return [
    printLine({ kind: 'banner', ...banner }),
    ...interfaces.map(({ facts }, slot) => printLine({ kind: 'interface', slot, facts })),
    ...ports.map(({ facts }, slot) => printLine({ kind: 'port', slot, facts })),
  ].join('\n');
}

/** True for two readings that may share a block. */
export function sameBlockKey(one: Reading, other: Reading): boolean {
  const sameFacts = (
    a: readonly { readonly facts: InterfaceFacts | PortFacts }[],
    b: readonly { readonly facts: InterfaceFacts | PortFacts }[],
  ) => a.length === b.length && a.every(({ facts }, at) => facts === b[at]?.facts);
  // A sampler's session hands out the same objects while nothing changes: texts are compared only when it does not.
  return (
    one.bootId === other.bootId &&
    one.netns === other.netns &&
    one.bits === other.bits &&
    ((sameFacts(one.interfaces, other.interfaces) && sameFacts(one.ports, other.ports)) ||
      printBlockKey(one) === printBlockKey(other))
  );
}

/** @throws RangeError for a text that is none */
export function parseBlockKey(node: string, text: string): BlockKey {
  const [first, ...rest] = text.split('\n').map(parseLine);
  if (first?.kind !== 'banner') throw new RangeError('block without a key');
  const { bootId, netns, bits } = first;
  return {
    text,
    node,
    bootId,
    netns,
    bits,
    interfaces: rest.flatMap((line) => (line.kind === 'interface' ? [line.facts] : [])),
    ports: rest.flatMap((line) => (line.kind === 'port' ? [line.facts] : [])),
  };
}
