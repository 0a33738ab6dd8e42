// Asks nodes for what an audit needs, and takes the time of each answer.
import { randomBytes } from 'node:crypto';
import type { CommandContext } from '@heorot/cli';
import type { RunEvent } from '@heorot/fanout';
import { type Answers, askNodes, type ReachFlags } from '../../ask/ask-nodes.ts';
import type { ClockReading } from '../checks/judge-clock.ts';
import type { CheckName } from '../finding.ts';
import type { AuditedNode } from '../judge-nodes.ts';
import { auditMarker, auditScript } from './audit-script.ts';
import { parseAnswer } from './parse-answer.ts';

export interface AuditAnswers extends Answers {
  readonly audited: ReadonlyMap<string, AuditedNode>;
  /** Nodes that ended well, but whose answer is not whole. */
  readonly cut: readonly string[];
}

const keyBytes = 32;

export async function askAudit(
  flags: ReachFlags,
  checks: readonly CheckName[],
  context: CommandContext,
): Promise<AuditAnswers> {
  const times = new Stopwatch();
  const answers = await askNodes(flags, { text: '/bin/sh' }, context, {
    input: Buffer.from(auditScript(checks, randomBytes(keyBytes))),
    listen: (event) => times.hear(event),
  });
  const audited = new Map<string, AuditedNode>();
  const cut: string[] = [];
  for (const node of answers.nodes) {
    const text = answers.texts.get(node);
    if (text === undefined) continue;
    const answer = parseAnswer(text);
    if (answer === undefined) cut.push(node);
    else audited.set(node, { answer, clock: times.readingOf(node, answer.clockSeconds) });
  }
  return { ...answers, audited, cut };
}

/** When each node was asked, and when the line with its clock had come. */
class Stopwatch {
  readonly #asked = new Map<string, number>();
  readonly #heard = new Map<string, number>();
  readonly #before = new Map<string, string>();

  hear(event: RunEvent): void {
    if (event.kind === 'start') this.#asked.set(event.node, event.at);
    if (event.kind !== 'stdout' || this.#heard.has(event.node)) return;
    const text = (this.#before.get(event.node) ?? '') + Buffer.from(event.data).toString('latin1');
    const at = text.indexOf(`${auditMarker}\n`);
    // The clock is in the next line; of noise before the marker only the end is kept.
    const isHere = at >= 0 && text.indexOf('\n', at + auditMarker.length + 1) >= 0;
    if (isHere) this.#heard.set(event.node, Date.now());
    if (isHere) this.#before.delete(event.node);
    else this.#before.set(event.node, text.slice(-256));
  }

  readingOf(node: string, clockSeconds: number | undefined): ClockReading | undefined {
    const [askedAt, heardAt] = [this.#asked.get(node), this.#heard.get(node)];
    if (askedAt === undefined || heardAt === undefined || clockSeconds === undefined) return undefined;
    return { askedAt, heardAt, nodeAt: clockSeconds * 1000 };
  }
}
