// Where the tools keep state and cache: the XDG Base Directory Specification, and systemd's folders for services.
// Naming a folder creates nothing, so that verbs which only read leave no trace.

import { isAbsolute, join } from 'node:path';
import { reasonOf, StateError } from '../error/state-error.ts';
import { makeFolder } from './make-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `$XDG_STATE_HOME/heorot`, or inside it the folder of one tool; `$STATE_DIRECTORY` (systemd.exec(5)) for a service.
 * @throws StateError `state-folder` where the environment names no home
 */
export function stateFolder(env: Environment, tool = ''): string {
  const service = env['STATE_DIRECTORY']?.split(':')[0];
  if (service !== undefined && isAbsolute(service)) return join(service, tool);
  return join(xdgFolder(env, 'XDG_STATE_HOME', '.local/state'), 'heorot', tool);
}

/** `$XDG_CACHE_HOME/heorot`, or inside it the folder of one tool: may be deleted at any time. */
export function cacheFolder(env: Environment, tool = ''): string {
  const service = env['CACHE_DIRECTORY']?.split(':')[0];
  if (service !== undefined && isAbsolute(service)) return join(service, tool);
  return join(xdgFolder(env, 'XDG_CACHE_HOME', '.cache'), 'heorot', tool);
}

/**
 * Creates a folder, and those above it that are missing, for its owner alone (0700).
 * @throws StateError `state-folder`
 */
export async function makePrivateFolder(path: string): Promise<string> {
  try {
    await makeFolder(path, 0o700);
    return path;
  } catch (cause) {
    throw new StateError('state-folder', `cannot create the folder ${path}: ${reasonOf(cause)}`, {
      hint: 'set XDG_STATE_HOME to a folder you can write to',
      cause,
    });
  }
}

/** A relative path in an XDG variable is to be ignored, as the specification says. */
function xdgFolder(env: Environment, variable: string, fallback: string): string {
  const set = env[variable];
  if (set !== undefined && isAbsolute(set)) return set;
  const home = env['HOME'];
  if (home !== undefined && isAbsolute(home)) return join(home, fallback);
  throw new StateError('state-folder', `neither ${variable} nor HOME names a folder`, {
    hint: `set ${variable}`,
  });
}
