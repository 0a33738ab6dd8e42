// The keys and passwords of one process: each file is read once, each passphrase asked for once, each agent listed once.
import type { AnyAuthMethod, BaseAgent, ParsedKey } from 'ssh2';
import { once } from '../engine/once.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import { type AgentKey, listAgentKeys } from './agent-listing.ts';
import { type AskPassphrase, type Identity, readIdentity } from './identity-file.ts';
import { type PasswordSource, readPassword } from './password.ts';

export interface KeyRingOptions {
  /** Absent: encrypted keys that no agent holds are passed over, and said. */
  readonly askPassphrase?: AskPassphrase | undefined;
  /** Absent: no password is ever sent. */
  readonly password?: PasswordSource | undefined;
  /** How long an agent may take to list its keys; 5 s. */
  readonly agentTimeoutMs?: number | undefined;
  readonly uid?: number | undefined;
}

/** What a target is offered, in order, and what people should know of it. */
export interface Credentials {
  /** For ssh2's `authHandler`; make one for each connection, because it keeps count. Skips the `none` probe. */
  readonly authHandler: (user: string) => AuthHandler;
  /** Keys in the order of the offer, for `--explain` and an `auth` outcome. */
  readonly described: readonly string[];
  /** Keys that could not be used, an agent that does not answer, certificates that ssh2 cannot offer. */
  readonly warnings: readonly string[];
}

export type AuthHandler = (methodsLeft: readonly string[] | null) => AnyAuthMethod | false;

type Offer = (user: string) => AnyAuthMethod;

/** Holds secrets: keep it no longer than the run. */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #identities = new Map<string, Promise<Identity>>();
  readonly #unlocked = new Map<string, Promise<Identity>>();
  readonly #agents = new Map<string, Promise<readonly AgentKey[]>>();
  readonly #credentials = new Map<string, Promise<Credentials>>();
  #password: Promise<string> | undefined;
  #lastQuestion: Promise<unknown> = Promise.resolve();

  constructor(options: KeyRingOptions = {}) {
    this.#options = options;
  }

  /**
   * May ask a person: await it before the clock of a connection starts.
   * @throws HeorotError `password-*` from the password's source
   */
  credentials(
    target: Pick<ResolvedTarget, 'identityFiles' | 'identitiesOnly' | 'agentSocket'>,
  ): Promise<Credentials> {
    const key = JSON.stringify([target.identityFiles, target.identitiesOnly, target.agentSocket]);
    const made = this.#credentials.get(key) ?? this.#assemble(target);
    this.#credentials.set(key, made);
    return made;
  }

  /** The order of OpenSSH's pubkey_prepare: keys of files that the agent holds, its other keys, the other files. */
  async #assemble({
    identityFiles,
    identitiesOnly,
    agentSocket,
  }: Parameters<KeyRing['credentials']>[0]): Promise<Credentials> {
    const warnings: string[] = [];
    const files = await Promise.all(
      identityFiles.map((path) => once(this.#identities, path, () => this.#read(path))),
    );
    const held = agentSocket === undefined ? [] : await this.#agentKeys(agentSocket, warnings);
    const named = held.filter((key) => files.some((file) => sameKey(file, key)));
    const others = identitiesOnly ? [] : held.filter((key) => !named.includes(key));
    const offered = [...named, ...others];

    const offers: Offer[] = [];
    const described: string[] = [];
    if (agentSocket !== undefined && offered.length > 0) {
      const agent = await agentWith(agentSocket, offered);
      offers.push((username) => ({ type: 'agent', username, agent }));
      described.push(...offered.map(({ keyType, comment }) => `${keyType} ${comment} (agent)`));
    }
    for (const file of files) {
      if (named.some((key) => sameKey(file, key))) continue;
      const identity =
        file.kind === 'locked'
          ? await once(this.#unlocked, file.path, () => this.#inTurn(file.unlock))
          : file;
      if (identity.kind === 'private') {
        offers.push((username) => ({ type: 'publickey', username, key: identity.key }));
        described.push(`${identity.key.type} ${identity.path}`);
      } else {
        warnings.push(complaint(identity));
      }
    }
    offers.push(...(await this.#passwordOffers()));
    return { authHandler: (user) => inTurn(offers.map((offer) => offer(user))), described, warnings };
  }

  #read(path: string): Promise<Identity> {
    return readIdentity(path, this.#options.askPassphrase, this.#options.uid ?? process.getuid?.() ?? 0);
  }

  /** People answer one question at a time. */
  #inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#lastQuestion.then(ask, ask);
    this.#lastQuestion = answer;
    return answer;
  }

  async #agentKeys(socket: string, warnings: string[]): Promise<readonly AgentKey[]> {
    try {
      const keys = await once(this.#agents, socket, () =>
        listAgentKeys(socket, this.#options.agentTimeoutMs ?? 5000),
      );
      const usable = keys.filter(({ keyType }) => !/-cert-v\d\d@|^sk-|^webauthn-/.test(keyType));
      if (usable.length < keys.length) {
        warnings.push(
          `the agent holds certificates or FIDO keys, which ssh2 cannot offer; \`--transport openssh\` does`,
        );
      }
      return usable;
    } catch (error) {
      warnings.push(`agent ${socket}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }

  async #passwordOffers(): Promise<Offer[]> {
    const { password: source } = this.#options;
    if (source === undefined) return [];
    this.#password ??= this.#inTurn(() => readPassword(source));
    const password = await this.#password;
    return [
      (username) => ({ type: 'password', username, password }),
      (username) => ({
        type: 'keyboard-interactive',
        username,
        // One hidden question is the password's; anything else is not ours to answer.
        prompt: (_name, _instructions, _language, prompts, finish) =>
          finish(prompts.length === 1 && prompts[0]?.echo !== true ? [password] : prompts.map(() => '')),
      }),
    ];
  }
}

/** Offers one method after another, passing over those that the server has ruled out. */
function inTurn(methods: readonly AnyAuthMethod[]): AuthHandler {
  let next = 0;
  return (methodsLeft) => {
    for (let method = methods[next++]; method !== undefined; method = methods[next++]) {
      const name = method.type === 'agent' ? 'publickey' : method.type;
      if (methodsLeft === null || methodsLeft.includes(name)) return method;
    }
    return false;
  };
}

/** ssh2's agent client, restricted to these keys in this order; without asking for the list at every login. */
async function agentWith(socket: string, keys: readonly AgentKey[]): Promise<BaseAgent> {
  const [{ OpenSSHAgent }, { parseKey }] = await Promise.all([
    import('./openssh-agent.ts'),
    import('./parse-key.ts'),
  ]);
  const parsed = keys.flatMap(({ blob }): ParsedKey[] => {
    const key = parseKey(blob);
    return key instanceof Error ? [] : [key];
  });
  class ListedAgent extends OpenSSHAgent {
    override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
      done(undefined, parsed);
    }
  }
  return new ListedAgent(socket);
}

function sameKey(file: Identity, { blob }: AgentKey): boolean {
  return file.kind !== 'refused' && file.blob?.equals(blob) === true;
}

function complaint(identity: Identity): string {
  if (identity.kind === 'refused')
    return `key ${identity.path} is not used: ${identity.reason} (${identity.hint})`;
  return `key ${identity.path} is not used: its private half is neither here nor in the agent`;
}
