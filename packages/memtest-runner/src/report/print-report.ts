// `memtest-runner report`: a run of the history in the form that is asked for, on stdout or in a file.
import { extname, resolve } from 'node:path';
import { type CommandContext, ExitCode, type FlagValues, writeAll } from '@heorot/cli';
import { writeFileAtomically } from '@heorot/state';
import type { reportFlags } from '../commands/report.ts';
import { openKeptHistory } from '../history/open-history.ts';
import { findRun, readRun } from '../history/read-runs.ts';
import { spreadsUpTo } from '../history/trend.ts';
import type { ReportData } from './report-data.ts';

export type ReportFormat = 'html' | 'json' | 'junit' | 'csv' | 'terminal';

export async function printReport(
  flags: FlagValues<typeof reportFlags>,
  wanted: string | undefined,
  context: CommandContext,
): Promise<number> {
  const data = await readReport(wanted, context);
  const format = flags.json ? 'json' : (flags.format ?? formatOf(flags.output));
  const text = await renderReport(data, format, context);
  if (flags.output === undefined) {
    await writeAll(context.stdout, text);
    if (format === 'terminal') {
      const { dim } = context.theme.stderr;
      context.stderr.write(`${dim(`as a page: memtest-runner report ${data.run.id} -o report.html`)}\n`);
    }
  } else {
    await writeFileAtomically(resolve(context.cwd, flags.output), text);
    context.stderr.write(`wrote ${flags.output}\n`);
  }
  return ExitCode.ok;
}

async function readReport(wanted: string | undefined, { env }: CommandContext): Promise<ReportData> {
  using database = await openKeptHistory(env);
  const kept = findRun(database, wanted);
  return { run: readRun(database, kept), trend: spreadsUpTo(database, kept.number), now: Date.now() };
}

type Renderer = (data: ReportData, context: Pick<CommandContext, 'stdout' | 'theme'>) => Promise<string>;

const renderers: Readonly<Record<ReportFormat, Renderer>> = {
  html: async (data) => (await import('./html/render-html.ts')).renderHtml(data),
  json: async ({ run }) => `${JSON.stringify(run, null, 2)}\n`,
  junit: async ({ run }) => (await import('./render-junit.ts')).renderJunit(run),
  csv: async ({ run }) => (await import('./render-csv.ts')).renderCsv(run),
  terminal: async (data, { stdout, theme }) =>
    (await import('./terminal/render-terminal.ts')).renderTerminal(data, {
      width: stdout.columns ?? 100,
      theme: theme.stdout,
    }),
};

/** The same for a run that has just ended (`run --wait --json`). */
export async function renderReport(
  data: ReportData,
  format: ReportFormat,
  context: Pick<CommandContext, 'stdout' | 'theme'>,
): Promise<string> {
  return await renderers[format](data, context);
}

const byExtension: ReadonlyMap<string, ReportFormat> = new Map([
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.json', 'json'],
  ['.xml', 'junit'],
  ['.csv', 'csv'],
]);

function formatOf(output: string | undefined): ReportFormat {
  return byExtension.get(extname(output ?? '').toLowerCase()) ?? 'terminal';
}
