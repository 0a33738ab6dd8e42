// `dsh --history`: earlier runs, the newest last, next to the prompt.
import {
  type CommandContext,
  ExitCode,
  formatDuration,
  renderTable,
  writeAll,
  writeJson,
  writeNdjson,
} from '@heorot/cli';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { readHistory } from '../history/history-reader.ts';
import { describeRecipe, type RunHeader } from '../history/run-record.ts';
import { historyPath } from '../run/keep-history.ts';

const columns = [
  { title: 'RUN', align: 'right' },
  { title: 'WHEN' },
  { title: 'TOOK', align: 'right' },
  { title: 'OK', align: 'right' },
  { title: 'NODES' },
  { title: 'COMMAND' },
] as const;

export async function historyCommand(
  flags: Pick<DshFlags, 'json' | 'ndjson'>,
  context: CommandContext,
): Promise<number> {
  using history = readHistory(historyPath(context.env));
  const runs = history.list(1000).toReversed();
  if (flags.json) {
    await writeJson(context.stdout, { runs: runs.map(toDocument) });
  } else if (flags.ndjson) {
    for (const run of runs) await writeNdjson(context.stdout, toDocument(run));
  } else if (runs.length === 0) {
    await writeAll(context.stderr, 'no runs yet\n');
  } else {
    const width = context.stdout.isTTY === true ? context.stdout.columns : undefined;
    const table = renderTable(columns, runs.map(toRow), { width, title: context.theme.stdout.dim });
    await writeAll(context.stdout, table.map((line) => `${line}\n`).join(''));
  }
  return ExitCode.ok;
}

function toRow(run: RunHeader): readonly string[] {
  return [
    String(run.id),
    localTime(run.startedAt),
    formatDuration(run.elapsedMs),
    `${run.good}/${run.total}`,
    run.nodes,
    // One line a run, whatever was typed.
    describeRecipe(run.recipe).replaceAll(/[\p{Cc}]+/gu, ' '),
  ];
}

/** `recorded` of docs/reference/dsh.schema.json. */
function toDocument(run: RunHeader): object {
  return { ...run, startedAt: new Date(run.startedAt).toISOString(), command: describeRecipe(run.recipe) };
}

/** `2026-11-22 04:31` in the time zone of the reader. */
function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
