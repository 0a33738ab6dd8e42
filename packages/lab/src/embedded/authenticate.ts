// Who may log in to an embedded node: the lab's own keys, and a password where a test asked for one.
import { timingSafeEqual } from 'node:crypto';
import type { AuthContext, AuthenticationType, Connection, ParsedKey, PublicKeyAuthContext } from 'ssh2';

export interface Credentials {
  readonly keys: readonly ParsedKey[];
  readonly password: string | undefined;
}

/** sshd_config(5), MaxAuthTries. */
const MAX_TRIES = 6;

export function authenticate(connection: Connection, credentials: Credentials): void {
  const methods: AuthenticationType[] = ['publickey'];
  if (credentials.password !== undefined) methods.push('password', 'keyboard-interactive');
  let failures = 0;

  const refuse = (context: AuthContext): void => {
    if (context.method !== 'none' && ++failures >= MAX_TRIES) {
      connection.end();
      return;
    }
    context.reject(methods);
  };
  const judge = (context: AuthContext, accepted: boolean): void => {
    if (accepted) context.accept();
    else refuse(context);
  };

  connection.on('authentication', (context) => {
    if (context.method === 'publickey') return judge(context, acceptsKey(context, credentials.keys));
    if (credentials.password === undefined) return refuse(context);
    if (context.method === 'password') return judge(context, same(context.password, credentials.password));
    if (context.method === 'keyboard-interactive') {
      const { password } = credentials;
      return context.prompt({ prompt: 'Password: ', echo: false }, (answers) =>
        judge(context, same(answers[0] ?? '', password)),
      );
    }
    return refuse(context);
  });
}

/** Without a signature the client only asks whether the key would do (RFC 4252 section 7). */
function acceptsKey(context: PublicKeyAuthContext, keys: readonly ParsedKey[]): boolean {
  const key = keys.find(
    (key) => key.type === context.key.algo && key.getPublicSSH().equals(context.key.data),
  );
  if (!key) return false;
  if (!context.signature || !context.blob) return true;
  // Anything but true is a refusal; ssh2 returns an Error where its types promise a boolean.
  const verdict: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
  return verdict === true;
}

function same(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
