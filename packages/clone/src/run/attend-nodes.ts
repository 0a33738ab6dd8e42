// The verb `attend`.
import { type CommandContext, ExitCode, type FlagValues, neutralise, writeAll, writeJson } from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import type { AttendFlags } from '../commands/attend.ts';
import { type Head, type HeadTables, openHead, readHead } from '../service/open-head.ts';

interface Asked {
  readonly id: number;
  readonly question: string;
  readonly nodes: readonly string[];
}

export async function attendNodes(flags: FlagValues<AttendFlags>, context: CommandContext): Promise<number> {
  const path = stateFolder(context.env, 'clone');
  if (flags.admit.length > 0 || flags.answer !== undefined) {
    using head = await openHead(path);
    const said = [...flags.admit.map((each) => admit(head, each)), ...answer(head, flags)];
    const bad = said.filter(({ done }) => !done);
    await writeAll(context.stdout, said.map(({ done, text }) => (done ? `${text}\n` : '')).join(''));
    await writeAll(context.stderr, bad.map(({ text }) => `clone: ${text}\n`).join(''));
    return bad.length > 0 ? ExitCode.nodeFailed : ExitCode.ok;
  }
  using head = readHead(path);
  const claims = head === undefined ? [] : waitingClaims(head);
  const questions = head === undefined ? [] : asked(head);
  if (flags.json) await writeJson(context.stdout, { claims, questions });
  else
    await writeAll(
      context.stdout,
      `${[...claimLines(claims), ...questionLines(questions)].join('\n') || 'nothing waits'}\n`,
    );
  return ExitCode.ok;
}

/** What came of one wish: who waited a moment ago may have gone. */
interface Said {
  readonly done: boolean;
  readonly text: string;
}

function admit(head: Head, fingerprint: string): Said {
  const wanted = fingerprint.toLowerCase().replaceAll(/[\s:-]/g, '');
  const found = waitingClaims(head).find((each) => each.fingerprint === wanted);
  if (found === undefined)
    return {
      done: false,
      text: `no machine waits with the fingerprint ${fingerprint}; one that has restarted shows another: clone attend`,
    };
  head.admissions.vouch(found.mac, wanted, 'a person', Date.now());
  return { done: true, text: `admitted: ${found.node}` };
}

function answer(head: Head, flags: FlagValues<AttendFlags>): readonly Said[] {
  if (flags.answer === undefined) return [];
  const open = asked(head);
  const chosen = flags.question === undefined ? open : open.filter(({ id }) => id === flags.question);
  const [only] = chosen;
  if (only === undefined) return [{ done: false, text: 'no such question waits; see them: clone attend' }];
  if (chosen.length > 1)
    throw new HeorotError('usage', `${chosen.length} questions wait`, {
      hint: 'choose one with --question N; list them: clone attend',
    });
  const count = head.questions.answer(only.question, flags.answer);
  return [{ done: true, text: `answered: ${NodeSet.from(only.nodes).toString()} (${count})` }];
}

function waitingClaims(head: HeadTables): readonly {
  readonly node: string;
  readonly mac: string;
  readonly address: string;
  readonly fingerprint: string;
}[] {
  return head.admissions.waiting().flatMap(({ deployment, address, fingerprint }) => {
    const found = head.deployments.deployment(deployment);
    return found === undefined || found.ended !== undefined
      ? []
      : [{ node: found.node, mac: found.mac, address, fingerprint }];
  });
}

/** The same question of many nodes is one. */
function asked(head: HeadTables): readonly Asked[] {
  return [...Map.groupBy(head.questions.open(), ({ question }) => question)].map(([question, each]) => ({
    id: each[0]?.id ?? 0,
    question,
    nodes: each.flatMap(({ deployment }) => head.deployments.deployment(deployment)?.node ?? []),
  }));
}

function claimLines(claims: ReturnType<typeof waitingClaims>): readonly string[] {
  return claims.map(
    ({ node, mac, address, fingerprint }) =>
      `${node} waits to be admitted: ${mac} at ${address} must show ${fingerprint.match(/.{4}/g)?.join(' ') ?? ''}`,
  );
}

function questionLines(questions: readonly Asked[]): readonly string[] {
  return questions.map(({ id, question, nodes }) => {
    const text = Buffer.from(neutralise(Buffer.from(question))).toString('utf8');
    return `question ${id} of ${NodeSet.from(nodes).toString()}: ${text}`;
  });
}
