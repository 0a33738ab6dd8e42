// What `ssh -v` says about a connection, as facts. The words are those of OpenSSH 8 to 10; pure, no I/O.
import { gatewayFailure } from '../../gateway/gateway-failure.ts';
import type { ConnectFailure } from '../../model/outcome.ts';

/** A line that tells something about the master's progress or one of its channels. */
export type LogFact =
  /** Authenticated, and taking commands on its control socket. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'channel'; readonly channel: number }
  /** The channel that was opened last was accepted; its command is on its way. */
  | { readonly kind: 'command-sent' }
  | { readonly kind: 'channel-refused'; readonly channel: number; readonly reason: string }
  | { readonly kind: 'exit'; readonly channel: number; readonly how: 'exit-status' | 'exit-signal' }
  | { readonly kind: 'channel-closed'; readonly channel: number };

/** Undefined for the many lines that tell nothing we need. */
export function logFact(line: string): LogFact | undefined {
  if (line.startsWith('debug1: Entering interactive session')) return { kind: 'ready' };
  if (line.startsWith('debug1: Sending command: ')) return { kind: 'command-sent' };
  const match = /^(?:debug1: )?(?:client_input_channel_req: )?channel (\d+)(?:: | )(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, number = '', text = ''] = match;
  const channel = Number(number);
  if (/^new .*\[client-session\]/.test(text)) return { kind: 'channel', channel };
  if (text.startsWith('free: client-session')) return { kind: 'channel-closed', channel };
  const refused = /^open failed: (.*)$/.exec(text)?.[1];
  if (refused !== undefined) return { kind: 'channel-refused', channel, reason: refused };
  if (text.startsWith('rtype exit-status')) return { kind: 'exit', channel, how: 'exit-status' };
  if (text.startsWith('rtype exit-signal')) return { kind: 'exit', channel, how: 'exit-signal' };
  return undefined;
}

/** ssh's own words, without its debug lines and its warning (`** `) of key exchange, as one sentence; for what is not recognised. */
function ownWords(lines: readonly string[]): string {
  const said = lines.filter(
    (line) =>
      line !== '' &&
      !/^(debug\d: |\*\* |OpenSSH_|Authenticated to |Transferred: |Bytes per second: )/.test(line),
  );
  return said.slice(-2).join('; ');
}

/** What the log does not say. */
export interface LoginContext {
  readonly node: string;
  /** The names of our gateways that ssh goes through, the outermost first; each says when it is logged in to. */
  readonly gateways: readonly string[];
  readonly timeoutMs: number;
}

/** Why ssh gave up before it was authenticated. */
export function loginFailure(lines: readonly string[], context: LoginContext): ConnectFailure {
  const { node, gateways, timeoutMs } = context;
  const last = gateways.at(-1);
  if (last === undefined) return directFailure(lines, node, timeoutMs);
  const passed = lines.filter((line) => line.startsWith('Authenticated to ')).length;
  const refused = firstMatch(lines, /^channel \d+: open failed: (?:connect failed: )?(.*)$/);
  if (refused !== undefined) {
    // It takes a gateway to refuse.
    const hop = gateways[Math.max(passed, 1)];
    const through = gateways[Math.max(passed, 1) - 1] ?? last;
    const reason = `${refused[1]?.toLowerCase()}: ${hop ?? node} through gateway ${through}`;
    const failure = { kind: 'unreachable', reason } as const;
    return hop === undefined ? failure : gatewayFailure(hop, failure);
  }
  // A connection to nowhere: the ssh that should have led through the gateways ended.
  const ended = firstMatch(lines, /UNKNOWN port 65535/) !== undefined;
  const blamed = gateways[passed] ?? (firstMatch(lines, gatewayLost) === undefined ? undefined : last);
  if (!ended || blamed === undefined) return directFailure(lines, node, timeoutMs);
  return gatewayFailure(blamed, directFailure(lines, blamed, timeoutMs));
}

/** What the ssh to a gateway says when that connection, and not the one through it, has ended. */
const gatewayLost =
  /^(?:Connection to .* closed by remote host|client_loop: send disconnect|Read from remote host|Timeout, server .* not responding)/;

function directFailure(lines: readonly string[], node: string, timeoutMs: number): ConnectFailure {
  return (
    hostKeyFailure(lines, node) ??
    authFailure(lines) ??
    timeoutFailure(lines, timeoutMs) ?? { kind: 'unreachable', reason: unreachableReason(lines) }
  );
}

function authFailure(lines: readonly string[]): ConnectFailure | undefined {
  const denied = firstMatch(lines, /^(\S+): Permission denied \((.*)\)\.?$/);
  if (denied !== undefined) {
    const accepted = denied[2]?.replaceAll(',', ', ');
    const reason = `permission denied for ${denied[1]}: ${triedKeys(lines)}; the node accepts ${accepted}`;
    return { kind: 'auth', reason: `${reason}${unsigned(lines)}${passwordAdvice(accepted)}` };
  }
  if (firstMatch(lines, /Too many authentication failures/) === undefined) return undefined;
  return { kind: 'auth', reason: `too many authentication failures: ${triedKeys(lines)}` };
}

/** A FIDO key signs nothing without its authenticator: the node was ready to take it. */
function unsigned(lines: readonly string[]): string {
  const failed = firstMatch(lines, /^sign_and_send_pubkey: signing failed for (\S+-SK) "(.*?)".*: (.*)$/);
  if (failed === undefined) return '';
  const [, , path, why] = failed;
  const advice = why === 'device not found' ? 'no authenticator is plugged in' : why;
  return `; the node takes the FIDO key ${path}, but it could not sign: ${advice}`;
}

/** In BatchMode OpenSSH asks nobody. */
function passwordAdvice(accepted = ''): string {
  if (!/\b(?:password|keyboard-interactive)\b/.test(accepted)) return '';
  return '; OpenSSH sends no password from here: --transport ssh2 --ask-password does';
}

function timeoutFailure(lines: readonly string[], afterMs: number): ConnectFailure | undefined {
  const timedOut = firstMatch(lines, /(?:Connection|Operation) timed out( during banner exchange)?/);
  if (timedOut === undefined) return undefined;
  const doing = timedOut[1] === undefined ? 'connecting' : 'waiting for the greeting';
  return { kind: 'connect-timeout', afterMs, reason: `no answer within ${afterMs / 1000} s while ${doing}` };
}

function unreachableReason(lines: readonly string[]): string {
  const name = firstMatch(lines, /^ssh: Could not resolve hostname (\S+): /);
  if (name !== undefined) return `name not found: ${name[1]}`;
  const tcp = firstMatch(lines, /^ssh: connect to host (\S+) port (\d+): (.*)$/);
  if (tcp !== undefined) return `${tcp[3]?.toLowerCase()}: ${tcp[1]} port ${tcp[2]}`;
  const negotiation = firstMatch(lines, /^Unable to negotiate with .*: (no matching .*)$/);
  if (negotiation?.[1] !== undefined) return negotiation[1];
  const words = ownWords(lines);
  if (/Connection (closed|reset)/.test(words)) return `closed the connection during login: ${words}`;
  return `ssh: ${words || 'ended without a word'}`;
}

function hostKeyFailure(lines: readonly string[], node: string): ConnectFailure | undefined {
  const all = lines.join('\n');
  const shown = /^debug1: Server host key: (.*)$/m.exec(all)?.[1] ?? 'a key';
  const failure = (reason: string, hint: string): ConnectFailure => ({ kind: 'host-key', reason, hint });
  if (/REVOKED/.test(all)) {
    return failure(
      `host key of ${node} is revoked: ${shown}`,
      `do not use this host before its administrator has given it a new key and \`nodes trust -w ${node}\` has recorded it`,
    );
  }
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(all)) {
    const where = /^Offending .* in (\S+?):(\d+)\r?$/m.exec(all);
    const known = where === null ? 'known_hosts' : `${where[1]}:${where[2]}`;
    return failure(
      `HOST KEY OF ${node} HAS CHANGED: it showed ${shown}, but ${known} has another`,
      `somebody may be listening in, or the node was installed anew; ask its administrator, and only then: nodes trust -w ${node} --replace`,
    );
  }
  if (/host key is known for .* and you have requested strict checking/.test(all)) {
    return failure(`host key of ${node} is not known: ${shown}`, `nodes trust -w ${node}`);
  }
  if (/Host key verification failed/.test(all)) {
    return failure(`host key of ${node} was refused: ${ownWords(lines)}`, `nodes trust -w ${node}`);
  }
  return undefined;
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}

function triedKeys(lines: readonly string[]): string {
  const keys = lines.flatMap((line) => /^debug1: Offering public key: (\S+)/.exec(line)?.[1] ?? []);
  return keys.length === 0 ? 'no key to try' : `tried ${keys.join(', ')}`;
}

/** Why an established connection ended. */
export function endReason(lines: readonly string[], silenceMs: number): string {
  const all = lines.join('\n');
  if (/^Timeout, server .* not responding/m.test(all)) return `no answer for ${silenceMs / 1000} s`;
  if (/Connection reset by/.test(all)) return 'connection reset';
  if (/closed by remote host|Connection closed by/.test(all)) return 'the node closed the connection';
  return ownWords(lines) || 'ssh ended';
}
