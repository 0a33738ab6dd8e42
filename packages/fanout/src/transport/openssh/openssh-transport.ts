// The system's OpenSSH as a transport: for what the built-in client cannot do (certificates, GSSAPI, FIDO keys, ProxyCommand).
// Passwords and passphrases are not asked for (BatchMode): use an agent.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session, Transport } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { ConnectBudget } from '../connect-budget.ts';
import { OpensshSession } from './openssh-session.ts';

/** sun_path of unix(7) less the 17 characters ssh appends while it makes the socket. */
const LONGEST_SOCKET_PATH = 107 - 17;

export class OpensshTransport implements Transport {
  readonly name = 'openssh';
  #folder: Promise<string> | undefined;
  #sockets = 0;

  async connect(target: ResolvedTarget, signal: AbortSignal): Promise<Session> {
    using budget = new ConnectBudget(target.connectTimeoutMs, signal);
    this.#folder ??= privateFolder();
    const folder = await this.#folder;
    const session = new OpensshSession(target, () => join(folder, String(++this.#sockets)));
    await session.logIn(budget);
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }
}

/** Mode 0700: who can open a control socket can run commands as us. */
function privateFolder(): Promise<string> {
  const longest = join(tmpdir(), 'heorot-XXXXXX', '1000000').length;
  return mkdtemp(join(longest <= LONGEST_SOCKET_PATH ? tmpdir() : '/tmp', 'heorot-'));
}
