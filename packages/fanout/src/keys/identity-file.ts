// One identity file, read as ssh reads it: permissions first, then the key, decrypted at most once.
import { createPrivateKey, sign } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { parseOpensshKeyHead, parsePublicKeyLine } from './public-half.ts';

export type Identity =
  /** Ready to sign. */
  | { readonly kind: 'private'; readonly path: string; readonly key: ParsedKey; readonly blob: Buffer }
  /** The private half is encrypted: `unlock` asks for the passphrase. */
  | {
      readonly kind: 'locked';
      readonly path: string;
      readonly blob: Buffer | undefined;
      readonly unlock: () => Promise<Identity>;
    }
  /** Only the public half is here: an agent may hold the other. */
  | { readonly kind: 'public'; readonly path: string; readonly blob: Buffer }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string; readonly hint: string };

/** Asks a person for the passphrase of a key file; undefined gives up. `attempt` counts from 1. */
export type AskPassphrase = (path: string, attempt: number) => Promise<string | undefined>;

/** As ssh's NumberOfPasswordPrompts. */
const attempts = 3;

/** Reads an identity file; never throws for what is wrong with the file. */
export async function readIdentity(
  path: string,
  ask: AskPassphrase | undefined,
  uid: number,
): Promise<Identity> {
  const found = await readWithMode(path);
  if (found === undefined) return publicOnly(path);
  if ('reason' in found) return refused(path, found.reason, `ls -l ${path}`);
  // IdentityFile may name the public half of a key that an agent holds.
  const published = parsePublicKeyLine(found.text);
  if (published !== undefined) return { kind: 'public', path, blob: published };
  // sshkey_perm_ok of OpenSSH: only a file of our own can be too open.
  if (found.owner === uid && (found.mode & 0o077) !== 0) {
    return refused(path, `others can read it (mode 0${found.mode.toString(8)})`, `chmod 600 ${path}`);
  }

  const key = await parseIdentity(found.text);
  if (!(key instanceof Error)) return usable(path, key);
  if (!isEncrypted(found.text)) {
    return refused(path, key.message, `ssh-keygen -p -f ${path} rewrites it in a format that is supported`);
  }
  const beside = parseOpensshKeyHead(found.text)?.publicKey ?? (await readPublicHalf(path));
  return { kind: 'locked', path, blob: beside, unlock: () => unlock(path, found.text, ask) };
}

async function unlock(path: string, text: string, ask: AskPassphrase | undefined): Promise<Identity> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const passphrase = await ask?.(path, attempt);
    if (passphrase === undefined) break;
    const key = await parseIdentity(text, passphrase);
    if (!(key instanceof Error)) return usable(path, key);
  }
  return refused(path, 'it is encrypted, and no passphrase opened it', `ssh-add ${path}`);
}

type Found =
  | { readonly text: string; readonly mode: number; readonly owner: number }
  | { readonly reason: string };

async function readWithMode(path: string): Promise<Found | undefined> {
  try {
    await using file = await open(path, 'r');
    const { mode, uid } = await file.stat();
    return { text: await file.readFile('utf8'), mode: mode & 0o777, owner: uid };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

async function publicOnly(path: string): Promise<Identity> {
  const blob = await readPublicHalf(path);
  return blob === undefined
    ? refused(path, 'no such key', `ssh-keygen -f ${path}`)
    : { kind: 'public', path, blob };
}

async function readPublicHalf(path: string): Promise<Buffer | undefined> {
  return readFile(`${path}.pub`, 'utf8').then(parsePublicKeyLine, () => undefined);
}

async function parseIdentity(text: string, passphrase?: string): Promise<ParsedKey | Error> {
  const { parseKey } = await import('./parse-key.ts');
  const parsed = parseKey(fromPkcs8(text, passphrase), passphrase);
  if (!(parsed instanceof Error) && !parsed.isPrivateKey()) return new Error('it holds no private key');
  return parsed;
}

/** ssh2 does not read PKCS#8, node:crypto does; what it cannot turn round is left for ssh2 to complain about. */
function fromPkcs8(text: string, passphrase: string | undefined): string {
  if (!/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text.trim())) return text;
  try {
    const key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
    const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
    return key.export({ format: 'pem', type }).toString();
  } catch {
    return text;
  }
}

function isEncrypted(text: string): boolean {
  const pem = /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;
  return pem.test(text) || parseOpensshKeyHead(text)?.encrypted === true;
}

/**
 * ssh2 turns the PEM text into a key object at every signature; here it is done once for all connections.
 * Whoever hands the key to ssh2 must do so through `authHandler`: as `privateKey` it would be ignored without a word.
 */
function usable(path: string, key: ParsedKey): Identity {
  const keyObject = createPrivateKey(key.getPrivatePEM());
  const ownHash = defaultHash(key.type);
  key.sign = (data, hash) => sign(hash ?? ownHash, Buffer.from(data), keyObject);
  return { kind: 'private', path, key, blob: key.getPublicSSH() };
}

/** RFC 5656 section 6.2.1 and RFC 4253 section 6.6; Ed25519 hashes by itself. */
function defaultHash(keyType: string): string | null {
  const hashes: Readonly<Record<string, string>> = {
    'ecdsa-sha2-nistp256': 'sha256',
    'ecdsa-sha2-nistp384': 'sha384',
    'ecdsa-sha2-nistp521': 'sha512',
    'ssh-rsa': 'sha1',
    'ssh-dss': 'sha1',
  };
  return hashes[keyType] ?? null;
}

function refused(path: string, reason: string, hint: string): Identity {
  return { kind: 'refused', path, reason, hint };
}
