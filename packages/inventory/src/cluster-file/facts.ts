// The `facts:` file: what `nodes discover` learnt of each node. JSON, written by tools only, apart from what people write.
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { HeorotError } from '../error/heorot-error.ts';
import type { Inventory } from './inventory.ts';
import { readTrustedFile, type UserId } from './trusted-file.ts';

export interface NodeFacts {
  /** ISO 8601, when the node was asked. */
  readonly recordedAt: string;
  /** Short words: the node's labels (`%cores`), below those that people wrote. */
  readonly labels: Readonly<Record<string, string>>;
  /** The whole answer, for `nodes show`: plain JSON. */
  readonly details?: unknown;
}

/** Node name to facts. */
export type Facts = ReadonlyMap<string, NodeFacts>;

/** A file that is not there yet is empty. @throws HeorotError `facts-invalid`, `file-not-trusted` */
export async function readFacts(path: string, userId: UserId): Promise<Facts> {
  try {
    return parseFacts(await readTrustedFile(path, userId), path);
  } catch (error) {
    if (error instanceof HeorotError && error.code === 'file-missing') return new Map();
    throw error;
  }
}

/** Replaces the file whole: written beside it, flushed, renamed; a reader sees the old one or the new one. */
export async function writeFacts(path: string, facts: Facts): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await using file = await open(beside, 'wx', 0o644);
    await file.writeFile(printFacts(facts));
    await file.sync();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * Adds facts of some nodes to the file that `facts:` of the cluster file names; the other nodes' stay.
 *
 * @throws HeorotError `facts-nowhere` without a `facts:` key
 */
export async function setNodeFacts(inventory: Inventory, facts: Facts, userId: UserId): Promise<void> {
  const path = inventory.factsFile;
  if (path === undefined) {
    throw new HeorotError('facts-nowhere', 'there is no file to record facts in', {
      hint: `add \`facts: facts.json\` to ${inventory.path ?? 'a cluster file'}`,
    });
  }
  await writeFacts(path, new Map([...(await readFacts(path, userId)), ...facts]));
}

// One node a line: the file can be read with grep, and a diff of it shows which nodes changed.
function printFacts(facts: Facts): string {
  const lines = [...facts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, known]) => `${JSON.stringify(node)}: ${JSON.stringify(known)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function parseFacts(text: string, path: string): Facts {
  const facts = new Map<string, NodeFacts>();
  for (const [node, entry] of Object.entries(recordOf(parseJson(text, path)) ?? {})) {
    const known = recordOf(entry);
    const labels = recordOf(known?.labels);
    if (typeof known?.recordedAt !== 'string' || labels === undefined) {
      throw invalid(path, `the facts of ${node} lack recordedAt or labels`);
    }
    facts.set(node, {
      recordedAt: known.recordedAt,
      labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])),
      ...(known.details === undefined ? {} : { details: known.details }),
    });
  }
  return facts;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : 'no JSON');
  }
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function invalid(path: string, what: string): HeorotError {
  return new HeorotError('facts-invalid', `${path}: ${what}`, { hint: `remove it, then: nodes discover -a` });
}
