// Starts the holder's process, which outlives this one.
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Environment, HolderPlace } from '../place/holder-place.ts';

/**
 * Resolves when it listens, or when it ended because another one does.
 * What it has to complain about is in `holder.log` of its folder.
 */
export async function startHolder(place: HolderPlace, env: Environment): Promise<void> {
  const { holderMainUrl } = await import('../process/holder-main.ts');
  await using log = await open(place.file('holder.log'), 'a', 0o600);
  const program = `await (await import(${JSON.stringify(holderMainUrl)})).holderMain();`;
  const child = spawn(
    process.execPath,
    [...nodeFlags(holderMainUrl), '--input-type=module', '--eval', program],
    { cwd: '/', env: surroundings(env), detached: true, stdio: ['ignore', log.fd, log.fd, 'ipc'] },
  );
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('message', () => resolve());
  child.once('exit', () => resolve());
  child.once('error', () => resolve());
  await promise;
  if (child.connected) child.disconnect();
  child.unref();
}

/** It stays for long: of what this run was told in its environment, only where files are. */
function surroundings(env: Environment): NodeJS.ProcessEnv {
  const names = [
    'HOME',
    'PATH',
    'LANG',
    'TZ',
    'TMPDIR',
    'XDG_RUNTIME_DIR',
    'XDG_STATE_HOME',
    'XDG_CACHE_HOME',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** A small young generation: what is held is long-lived, and what passes through need not wait in memory. */
function nodeFlags(url: string): readonly string[] {
  const fromSource = url.endsWith('.ts') ? ['--conditions=heorot-src'] : [];
  return [...fromSource, '--max-semi-space-size=4'];
}
