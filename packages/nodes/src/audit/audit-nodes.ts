// What `nodes audit` does, from the selection to the exit code.
import { type CommandContext, ExitCode, type FlagValues, strangers, writeAll, writeJson } from '@heorot/cli';
import { describeOutcome } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';
import type { auditFlags } from '../commands/audit.ts';
import { askAudit } from './ask/ask-audit.ts';
import { chosenChecks } from './chosen-checks.ts';
import { type SharedFinding, severities } from './finding.ts';
import { judgeNodes } from './judge-nodes.ts';
import { auditDocument } from './show/audit-document.ts';
import { renderByNode, renderFolded } from './show/render-findings.ts';

export async function auditNodes(
  flags: FlagValues<typeof auditFlags>,
  context: CommandContext,
): Promise<number> {
  const checks = chosenChecks(flags.only, flags.skip);
  const answers = await askAudit(flags, checks, context);
  const findings = judgeNodes(answers.audited, checks, new Date());
  if (flags.json) await writeJson(context.stdout, auditDocument(answers, checks, findings));
  else {
    const render = flags['by-node'] ? renderByNode : renderFolded;
    const lines = render(findings, answers.audited, context.theme.stdout);
    if (answers.audited.size > 0) await writeAll(context.stdout, `${lines.join('\n')}\n`);
  }
  for (const { node, outcome } of answers.failures)
    context.stderr.write(`${node}: ${describeOutcome(outcome)}\n`);
  for (const node of answers.cut) context.stderr.write(`${node}: its answer is not whole\n`);
  const doubt = await strangers(NodeSet.from(answers.failures.map(({ node }) => node)), answers.inventory);
  if (doubt !== undefined) context.stderr.write(`${doubt}\n`);
  if (findings.some((finding) => isAsGraveAs(finding, flags['fail-on']))) return ExitCode.nodeFailed;
  return answers.failures.length + answers.cut.length > 0 ? ExitCode.unreachable : ExitCode.ok;
}

function isAsGraveAs({ severity }: SharedFinding, limit: SharedFinding['severity']): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit);
}
