// Builds the boot environment where the head expects it, and says what came of it.
import { join } from 'node:path';
import { type CommandContext, ExitCode, type FlagValues, formatBytes, writeJson } from '@heorot/cli';
import { cacheFolder, stateFolder } from '@heorot/state';
import type { bootenvBuildFlags } from '../commands/bootenv-build.ts';
import { headFolder, openHeadKey } from '../protocol/head-folder.ts';
import { buildBootEnvironment } from './build-boot-environment.ts';
import { bootBytes } from './contents-list.ts';

export async function buildHere(
  flags: FlagValues<typeof bootenvBuildFlags>,
  context: CommandContext,
): Promise<number> {
  const head = headFolder(stateFolder(context.env, 'clone'));
  const { publicPem } = await openHeadKey(head);
  const folder = flags.output === undefined ? head.bootenv : join(context.cwd, flags.output);
  const contents = await buildBootEnvironment({
    folder,
    cache: join(cacheFolder(context.env, 'clone'), 'packages'),
    signingKey: publicPem,
    signal: context.signal,
    progress: (step) => context.stderr.write(`${step} ...\n`),
  });
  if (flags.json) await writeJson(context.stdout, { folder, ...contents });
  else
    context.stderr.write(
      `${folder}: kernel ${contents.kernel.release}, ${formatBytes(bootBytes(contents))} loaded by every boot; clone bootenv show lists it\n`,
    );
  return ExitCode.ok;
}
