// What the bins share: the version at once, the rest of the code only when it is needed, compiled once.
import { enableCompileCache } from 'node:module';
import type { Tool } from '@heorot/cli';

/** Written in by toolchain/build.mjs; absent when run from the sources. */
declare const HEOROT_VERSION: string | undefined;

export async function start(
  name: string,
  load: () => Promise<{ readonly tool: Tool }>,
  argv = process.argv.slice(2),
): Promise<void> {
  const version = typeof HEOROT_VERSION === 'undefined' ? 'from source' : HEOROT_VERSION;
  if (argv[0] === '--version') {
    // A full disk; runTool is not there yet to tell of it.
    process.stdout.on('error', (error) => {
      process.exitCode = 3;
      process.stderr.write(`${name}: ${error.message}\n`);
    });
    process.stdout.write(`${name} ${version}\n`);
    return;
  }
  cacheCompiledCode();
  const [{ runTool }, { tool }] = await Promise.all([import('@heorot/cli'), load()]);
  process.exit(await runTool(tool, process, { version, argv }));
}

/** Below the user's own cache folder: Node's default lies in /tmp, where others could plant code for root to run. */
function cacheCompiledCode(): void {
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  if (cache?.startsWith('/')) enableCompileCache(`${cache}/heorot/node`);
  else if (home?.startsWith('/')) enableCompileCache(`${home}/.cache/heorot/node`);
}
