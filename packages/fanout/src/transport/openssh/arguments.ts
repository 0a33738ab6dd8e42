// The command lines of the system's ssh: one that holds the connection, and one for each command over it.
import type { ExecuteRequest } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';

export interface MasterOptions {
  /** Path of the control socket, in a folder of mode 0700. */
  readonly socket: string;
  readonly forwardAgent: boolean;
}

/** Logs in and waits for commands on the socket; runs none itself. `-v` on stderr tells how it goes. */
export function masterArguments(target: ResolvedTarget, options: MasterOptions): string[] {
  return [
    '-v',
    '-N',
    '-T',
    ...option('ControlMaster', 'yes'),
    ...option('ControlPath', percentFree(options.socket)),
    ...option('ControlPersist', 'no'),
    ...option('ForwardAgent', options.forwardAgent ? 'yes' : 'no'),
    ...connectionArguments(target),
    '--',
    target.target.host,
  ];
}

/** One command over the master's socket. It never connects by itself: without the master it fails. */
export function commandArguments(socket: string, request: ExecuteRequest): string[] {
  const { terminal, forwardAgent } = request;
  return [
    // No configuration (RemoteCommand, SetEnv ...), none of ssh's own words on the command's stderr, no escape character.
    ...option('ControlPath', percentFree(socket)),
    ...option('ProxyCommand', 'false'),
    ...option('EscapeChar', 'none'),
    '-q',
    '-F',
    'none',
    terminal === undefined ? '-T' : '-tt',
    forwardAgent === true ? '-A' : '-a',
    '-x',
    '--',
    'master',
    // Without a terminal of our own, ssh asks for one of 0 x 0 in raw mode.
    terminal === undefined
      ? request.command
      : `stty sane columns ${terminal.columns} rows ${terminal.rows}; ${request.command}`,
  ];
}

function connectionArguments(target: ResolvedTarget): string[] {
  const { settings } = target.target;
  return [
    ...(target.sshConfigFile === undefined ? [] : ['-F', target.sshConfigFile]),
    // The name picks the section of the configuration; where it leads is decided already.
    ...option('HostName', percentFree(target.host)),
    ...option('Port', target.port),
    ...option('User', target.user),
    ...option('BatchMode', 'yes'),
    ...option('StrictHostKeyChecking', target.strictHostKeyChecking),
    ...option('ConnectTimeout', Math.max(1, Math.ceil(target.connectTimeoutMs / 1000))),
    ...option('ServerAliveInterval', Math.ceil(target.keepAliveIntervalMs / 1000)),
    ...option('ServerAliveCountMax', target.keepAliveCountMax),
    ...option('ClearAllForwardings', 'yes'),
    ...option('ForwardX11', 'no'),
    ...option('PermitLocalCommand', 'no'),
    ...option('RemoteCommand', 'none'),
    ...option('UpdateHostKeys', 'no'),
    ...(target.hostKeyAlias === undefined ? [] : option('HostKeyAlias', target.hostKeyAlias)),
    ...(settings.knownHosts === undefined
      ? []
      : [
          ...option('UserKnownHostsFile', quoted(settings.knownHosts)),
          ...option('GlobalKnownHostsFile', 'none'),
        ]),
    ...(settings.identity === undefined
      ? []
      : [
          ...settings.identity.flatMap((file) => ['-i', percentFree(file)]),
          ...option('IdentitiesOnly', 'yes'),
        ]),
    ...(settings.gateway === undefined ? [] : option('ProxyCommand', proxyCommand(target.gateways))),
  ];
}

/** Our own gateways with their own keys and known_hosts, which ProxyJump would not pass on. */
function proxyCommand(gateways: readonly ResolvedTarget[]): string {
  const last = gateways.at(-1);
  if (last === undefined) return 'none';
  const before = { ...last, gateways: gateways.slice(0, -1) };
  const settings = {
    ...last.target.settings,
    ...(before.gateways.length === 0 ? {} : { gateway: 'before' }),
  };
  const reached = { ...before, target: { ...last.target, settings } };
  const words = [
    '-a',
    '-W',
    '[%h]:%p',
    '-o',
    'ControlPath=none',
    // `Authenticated to ...`, by which the master knows how far the login has come.
    '-o',
    'LogLevel=VERBOSE',
    ...connectionArguments(reached).map(percentFree),
    '--',
    last.target.host,
  ];
  return `ssh ${words.map(shellWord).join(' ')}`;
}

function option(name: string, value: string | number): string[] {
  return ['-o', `${name}=${value}`];
}

/** ssh expands `%h` and the like in what it is told. */
function percentFree(text: string): string {
  return text.replaceAll('%', '%%');
}

/** A path in a list of paths of ssh_config(5). */
function quoted(path: string): string {
  return `"${percentFree(path)}"`;
}

function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
