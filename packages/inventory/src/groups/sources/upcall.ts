// Groups from commands: `map`, `list`, `all`, `reverse`, each a line for sh, as ClusterShell's groups.conf(5) has them.
// `$GROUP`, `$NODE`, `$SOURCE` and `$CFGDIR` are both environment variables and replaced in the text: sites write
// `sed -n 's/^$GROUP://p'`, where the shell itself would not look. Only checked words are ever put into the text.

import type { Environment } from '../../cluster-file/locate-cluster-file.ts';
import { HeorotError } from '../../error/heorot-error.ts';
import { isHostName } from '../../host-name/host-name.ts';
import type { GroupSource } from '../group-source.ts';
import { runProgram } from '../run-program.ts';

export interface Upcalls {
  readonly map: string;
  readonly list?: string | undefined;
  readonly all?: string | undefined;
  readonly reverse?: string | undefined;
}

export interface UpcallSettings {
  readonly name: string;
  readonly upcalls: Upcalls;
  /** `$CFGDIR`, and the folder in which the commands run. */
  readonly folder: string;
  readonly env: Environment;
  /** An answer older than this is asked for again. */
  readonly cacheMs?: number | undefined;
  readonly timeoutMs?: number;
  /** Milliseconds; for the cache. */
  readonly now?: () => number;
}

/** What may stand in a shell text: nothing that sh, sed, awk or grep would take for more than a word. */
const SAFE_WORD = /^[A-Za-z0-9_][A-Za-z0-9_.:=@%+-]*$/;
const SAFE_PATH = /^[A-Za-z0-9_./@%+=:,-]+$/;
const DEFAULT_CACHE_MS = 3_600_000;

export function upcallSource(settings: UpcallSettings): GroupSource {
  const { name, upcalls, cacheMs = DEFAULT_CACHE_MS, now = () => performance.now() } = settings;
  const answers = new Map<string, { readonly words: Promise<readonly string[]>; readonly at: number }>();

  async function ask(
    command: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> {
    const key = JSON.stringify([command, variables]);
    const known = answers.get(key);
    if (known && now() - known.at <= cacheMs) return await known.words;
    const words = run(settings, command, variables);
    answers.set(key, { words, at: now() });
    try {
      return await words;
    } catch (error) {
      answers.delete(key);
      throw error;
    }
  }

  async function groupNames(): Promise<readonly string[]> {
    return upcalls.list === undefined ? [] : await ask(upcalls.list, {});
  }

  async function members(group: string): Promise<readonly string[] | undefined> {
    if (!SAFE_WORD.test(group)) throw unsafe(name, 'group', group);
    const words = await ask(upcalls.map, { GROUP: group });
    // Most commands answer nothing, with status 0, for a group they do not know.
    return words.length > 0 || (await groupNames()).includes(group) ? words : undefined;
  }

  const { reverse } = upcalls;
  return {
    name,
    asksPrograms: true,
    members,
    groupNames,
    all: async () => {
      if (upcalls.all !== undefined) return await ask(upcalls.all, {});
      if (upcalls.list === undefined) {
        throw new HeorotError('source-failed', `group source '${name}' cannot tell all its nodes`, {
          hint: 'give it an `all` or a `list` command',
        });
      }
      return (await Promise.all((await groupNames()).map(members))).flatMap((words) => words ?? []);
    },
    ...(reverse === undefined
      ? {}
      : {
          groupsOf: async (node: string) => {
            if (!isHostName(node)) throw unsafe(name, 'node', node);
            return await ask(reverse, { NODE: node });
          },
        }),
  };
}

async function run(settings: UpcallSettings, command: string, variables: Readonly<Record<string, string>>) {
  const { name, folder, env, timeoutMs } = settings;
  const given = { ...variables, SOURCE: name, CFGDIR: folder };
  const text = command.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (reference, braced: string | undefined, bare: string | undefined) => {
      const value = Object.entries(given).find(([variable]) => variable === (braced ?? bare))?.[1];
      return value !== undefined && (SAFE_WORD.test(value) || SAFE_PATH.test(value)) ? value : reference;
    },
  );
  const program = {
    source: name,
    file: '/bin/sh',
    args: ['-c', text],
    env: { ...env, ...given },
    cwd: folder,
  };
  const answer = await runProgram(timeoutMs === undefined ? program : { ...program, timeoutMs });
  return answer.split(/\s+/).filter((word) => word !== '');
}

function unsafe(source: string, what: string, text: string): HeorotError {
  return new HeorotError('group-name-invalid', `'${text}' cannot be asked of source '${source}'`, {
    hint: `a ${what} name given to a command holds letters, digits and _ . : = @ % + - only`,
  });
}
