// Records a run when it has ended. The history is a convenience: whatever is wrong with it costs a warning, never the run.
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandContext } from '@heorot/cli';
import type { RunSummary } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import { StateError, stateFolder } from '@heorot/state';
import type { DshFlags } from '../flags/dsh-flags.ts';
import type { OutputRecorder } from '../history/output-recorder.ts';
import type { Recipe } from '../history/run-record.ts';

/** @throws HeorotError `state-folder` where the environment names no home */
export function historyPath(env: CommandContext['env']): string {
  try {
    return join(stateFolder(env), 'dsh.db');
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { code, message, hint } = error;
    throw new HeorotError(code, message, { ...(hint === undefined ? {} : { hint }), cause: error });
  }
}

export interface KeptRun {
  readonly recipe: Recipe;
  readonly nodes: string;
  readonly summary: RunSummary;
  readonly outputs: OutputRecorder;
  readonly retryOf: number | undefined;
}

/** By then connections are under way, and this process waits for them. */
const underWayMs = 40;

/** Loads what keeping a run takes while the nodes are at work: SQLite costs 15 ms, which then nobody waits for. */
export function prepareHistory(): void {
  setTimeout(() => void import('../history/history-writer.ts').catch(() => undefined), underWayMs).unref();
}

/** True when it was kept: then `--retry` and `--show` know it. */
export async function keepHistory(run: KeptRun, context: CommandContext): Promise<boolean> {
  try {
    const { recordRun } = await import('../history/history-writer.ts');
    await recordRun(historyPath(context.env), { ...run, user: userName(context.env) });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.stderr.write(
      `dsh: ${context.theme.stderr.warning('this run is not in the history')}: ${reason}\n`,
    );
    return false;
  }
}

/** What has to be known to do it again; passwords and values of variables are left out. */
export function recipeOf(flags: DshFlags, operands: readonly string[], cwd: string): Recipe {
  const kind = flags.copy.length > 0 ? 'copy' : flags.fetch.length > 0 ? 'fetch' : 'run';
  const absolute = (paths: readonly string[]): readonly string[] =>
    kind === 'copy' ? paths.map((path) => resolve(cwd, path)) : paths;
  const withPassword =
    flags['ask-sudo-password'] ||
    flags['sudo-password-file'] !== undefined ||
    flags['sudo-password-fd'] !== undefined;
  const user = flags['sudo-user'];
  const sudo = flags.sudo || user !== undefined || withPassword;
  return {
    kind,
    commands: { run: flags.command, copy: absolute(flags.copy), fetch: flags.fetch }[kind],
    operands: absolute(operands),
    connection: connectionOf(flags, cwd),
    ...(flags.script === undefined ? {} : { script: resolve(cwd, flags.script) }),
    ...(flags.dest === undefined
      ? {}
      : { destination: kind === 'fetch' ? resolve(cwd, flags.dest) : flags.dest }),
    ...(flags.cwd === undefined ? {} : { directory: flags.cwd }),
    ...(flags.env.length === 0
      ? {}
      : { environment: flags.env.map((setting) => setting.split('=')[0] ?? '') }),
    ...(sudo ? { sudo: { withPassword, ...(user === undefined ? {} : { user }) } } : {}),
    ...(flags.tty ? { terminal: true } : {}),
    ...(flags.expand ? { expand: true } : {}),
  };
}

function connectionOf(flags: DshFlags, cwd: string): Record<string, string> {
  const given = {
    cluster: flags.cluster === undefined ? undefined : resolve(cwd, flags.cluster),
    'ssh-config': flags['ssh-config'] === undefined ? undefined : resolve(cwd, flags['ssh-config']),
    user: flags.user,
    transport: flags.transport,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function userName(env: CommandContext['env']): string {
  try {
    return env['SUDO_USER'] ?? userInfo().username;
  } catch {
    // No entry in passwd(5), as in a container with an arbitrary user id.
    return env['USER'] ?? `uid ${process.getuid?.() ?? '?'}`;
  }
}
