// The text that a node's login shell gets for a command. Plain commands go to that shell as typed; a directory,
// an environment, sudo or a script are put around them in POSIX sh. The shell first says who it is (`TOKEN pid`):
// sshd makes it the leader of a process session, by which everything the command starts can be ended.
import { randomUUID } from 'node:crypto';
import { HeorotError } from '@heorot/inventory';
import type { Command } from '../model/command.ts';
import { directoryWord, quoteForSh, scriptForAnyShell } from './shell-quote.ts';

export interface ComposedCommand {
  /** For the login shell: sh, bash, zsh, csh, dash. */
  readonly text: string;
  /** For fish, which refuses `$$`, when `text` does not suit it. */
  readonly fishText?: string;
  /** Begins every marker line of this command. */
  readonly token: string;
  /** The marker after which the command reads its stdin: `pid` when it comes with the first. */
  readonly stdinAfter: 'pid' | 'go';
  /** Written when the marker `ready` comes, before anything else. */
  readonly upload?: Uint8Array;
  readonly sudo?: SudoLogin;
  readonly terminal?: Command['terminal'];
}

/** How a command becomes another user, root unless told. */
export type SudoLogin = NonNullable<Command['sudo']>;

/** @throws HeorotError `command-value`, `environment-name` */
export function composeCommand(command: Command): ComposedCommand {
  const token = newToken();
  const terminal = command.terminal === undefined ? {} : { terminal: command.terminal };
  if (isPlain(command)) {
    // A line of its own: fish shows the line of an error.
    const fishText = `sh -c 'echo ${token} $PPID'\n${command.text}`;
    return { text: `echo ${token} $$; ${command.text}`, fishText, token, stdinAfter: 'pid', ...terminal };
  }
  const body = [
    ...placement(command),
    command.script === undefined ? `echo ${token} go` : undefined,
    ...(command.script === undefined
      ? [`exec "$shell" -c ${quoteForSh(command.text)}`]
      : upload(command.script, command.text, token, command.terminal !== undefined)),
  ];
  const script = body.filter((line) => line !== undefined).join('\n');
  const composed = composeScript(script, command.sudo, token);
  return {
    ...composed,
    ...terminal,
    ...(command.script === undefined ? {} : { upload: command.script.content }),
  };
}

/**
 * A POSIX script as a command; it must print `TOKEN go` when its stdin may come.
 * Inside, `$shell` is the user's login shell.
 */
export function composeScript(script: string, sudo: SudoLogin | undefined, token: string): ComposedCommand {
  const start = [tellSession(token), `shell=\${SHELL:-/bin/sh}`];
  const lines =
    sudo === undefined
      ? [...start, script]
      : [
          ...start,
          `exec ${sudoWords(sudo, token)} -- /bin/sh -c ${quoteForSh(`shell=$0\n${script}`)} "$shell"`,
        ];
  const text = scriptForAnyShell(lines.join('\n'));
  return { text, token, stdinAfter: 'go', ...(sudo === undefined ? {} : { sudo }) };
}

/** This sh may be a child of the login shell, which leads the session: proc(5), stat, field 6. */
const tellSession = (token: string) => `stat=
IFS= read -r stat 2>/dev/null < /proc/$$/stat
stat=\${stat##*) }
set -- $stat
echo ${token} \${4:-$$}
set --`;

/** 122 random bits, so that no output can be taken for a marker; Node draws those of many UUIDs at once. */
export function newToken(): string {
  return `heorot-${randomUUID().replaceAll('-', '')}`;
}

function isPlain({ directory, environment, sudo, script }: Command): boolean {
  const hasEnvironment = environment !== undefined && Object.keys(environment).length > 0;
  return directory === undefined && !hasEnvironment && sudo === undefined && script === undefined;
}

function placement({ directory, environment = {} }: Command): string[] {
  const lines = directory === undefined ? [] : [enter(directoryWord(directory))];
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new HeorotError('environment-name', `'${name}' is not a name for an environment variable`, {
        hint: 'letters, digits and _, not a digit first',
      });
    }
    lines.push(`export ${name}=${quoteForSh(value)}`);
  }
  return lines;
}

/** In words of our own: a shell puts its $0 before a message, and here that is the whole of this script. */
function enter(folder: string): string {
  return `cd -- ${folder} 2>/dev/null || { printf 'cannot enter the folder %s\\n' ${folder} >&2; exit 1; }`;
}

/** The prompt is a marker line: it is cut out, and answered only there. Without a password sudo may not ask. */
function sudoWords({ user, password }: SudoLogin, token: string): string {
  const as = user === undefined ? '' : ` -u ${quoteForSh(user)}`;
  return password === undefined ? `sudo -n${as}` : `sudo -S -p '${token} password\n'${as}`;
}

function upload(
  script: NonNullable<Command['script']>,
  args: string,
  token: string,
  terminal: boolean,
): string[] {
  const name = script.name.split('/').at(-1) ?? '';
  const path = `"$folder"/${quoteForSh(name === '' || name === '.' || name === '..' ? 'script' : name)}`;
  return [
    'folder=$(mktemp -d "${TMPDIR:-/tmp}/heorot.XXXXXXXX") || exit 1',
    `trap 'rm -rf "$folder"' EXIT`,
    `trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM`,
    // A terminal would echo the script, and take some of its bytes for keys.
    ...(terminal ? ['settings=$(stty -g); stty raw -echo'] : []),
    `echo ${token} ready`,
    `head -c ${script.content.length} > ${path} && chmod 700 ${path} || exit 1`,
    ...(terminal ? ['stty "$settings"'] : []),
    `echo ${token} go`,
    // Not the last line: the shell must stay to remove the folder.
    `${path} ${args}`,
    'exit $?',
  ];
}
