// The one place that decides whether a host may be talked to. Everything that opens a connection asks here.
//
// ssh2 refuses a host only when its verifier gives the literal `false`: undefined waits for a callback, and null, 0 or a
// Promise accept. So `verify` is synchronous, has the literal type boolean, and turns every surprise into `false`.
import { fingerprint, keyTypeOf } from './host-key.ts';
import type { HostIdentity, HostKeyVerdict, KnownHosts } from './known-hosts.ts';

export interface HostVerifierOptions {
  /** The node's name, for people. */
  readonly node: string;
  readonly host: HostIdentity;
  readonly knownHosts: KnownHosts;
  readonly policy: 'yes' | 'accept-new';
  /** Writes an accepted new key down; what it throws is a warning, as in OpenSSH. Needed by `accept-new` only. */
  readonly record?: (key: Buffer) => string;
}

/** Why a host key was refused; `reason` and `hint` are those of a `host-key` outcome. */
export interface HostKeyRefusal {
  readonly verdict: HostKeyVerdict['kind'] | 'malformed' | 'failed';
  readonly reason: string;
  readonly hint: string;
}

export interface HostVerifier {
  /** For ssh2's `hostVerifier`. */
  readonly verify: (key: Buffer) => boolean;
  /** Set once a key was refused; stays set. */
  readonly refusal: () => HostKeyRefusal | undefined;
  /** What people should hear although the key was accepted: recorded, or could not be recorded. */
  readonly notes: () => readonly string[];
}

/** A verifier for one connection; it is asked again at every key exchange. */
export function hostVerifier(options: HostVerifierOptions): HostVerifier {
  let refusal: HostKeyRefusal | undefined;
  const notes: string[] = [];

  const verify = (key: Buffer): boolean => {
    // A connection that was refused once stays refused.
    if (refusal !== undefined) return false;
    let decision: 'accept' | HostKeyRefusal;
    try {
      decision = decide(options, key, notes);
    } catch (error) {
      decision = failed(options, error);
    }
    if (decision === 'accept') return true;
    refusal = decision;
    return false;
  };
  return { verify, refusal: () => refusal, notes: () => notes };
}

/** The policy: the word `accept` is the only way in. */
function decide(options: HostVerifierOptions, key: Buffer, notes: string[]): 'accept' | HostKeyRefusal {
  if (!Buffer.isBuffer(key) || keyTypeOf(key) === undefined) {
    return {
      verdict: 'malformed',
      reason: `${options.node} showed something that is not a host key`,
      hint: 'see whether an SSH server answers there',
    };
  }
  const verdict = options.knownHosts.check(options.host, key);
  if (verdict.kind === 'known') return 'accept';
  if (verdict.kind === 'unknown' && options.policy === 'accept-new') {
    notes.push(acceptNew(options, key));
    return 'accept';
  }
  if (verdict.kind === 'unknown') return unknown(options, key);
  if (verdict.kind === 'changed') return changed(options, key, verdict);
  if (verdict.kind === 'revoked') return revoked(options, key, verdict.where);
  return certificateOnly(options, verdict.where);
}

function acceptNew(options: HostVerifierOptions, key: Buffer): string {
  let where = 'this run only';
  let note = `host key of ${options.node} recorded: ${describe(key)}`;
  try {
    if (options.record === undefined)
      note = `host key of ${options.node} accepted for ${where}: ${describe(key)}`;
    else where = options.record(key);
  } catch (error) {
    note = `host key of ${options.node} accepted, but not recorded: ${error instanceof Error ? error.message : String(error)}`;
  }
  // A second connection in this run must meet the same key.
  options.knownHosts.add(options.host, key, where);
  return note;
}

function unknown(options: HostVerifierOptions, key: Buffer): HostKeyRefusal {
  return {
    verdict: 'unknown',
    reason: `host key of ${options.node} is not known: ${describe(key)}`,
    hint: `nodes trust -w ${options.node}`,
  };
}

function changed(
  options: HostVerifierOptions,
  key: Buffer,
  verdict: Extract<HostKeyVerdict, { kind: 'changed' }>,
): HostKeyRefusal {
  return {
    verdict: 'changed',
    reason: `HOST KEY OF ${options.node} HAS CHANGED: it showed ${describe(key)}, but ${verdict.where} has ${verdict.keyType} ${verdict.fingerprint}`,
    hint: `somebody may be listening in, or the node was installed anew; ask its administrator, and only then: nodes trust -w ${options.node} --replace`,
  };
}

function revoked(options: HostVerifierOptions, key: Buffer, where: string): HostKeyRefusal {
  return {
    verdict: 'revoked',
    reason: `host key of ${options.node} is revoked: ${describe(key)} at ${where}`,
    hint: `do not use this host before its administrator has given it a new key and \`nodes trust -w ${options.node}\` has recorded it`,
  };
}

function certificateOnly(options: HostVerifierOptions, where: string): HostKeyRefusal {
  return {
    verdict: 'certificate-only',
    reason: `${options.node} is known by its certificate authority only (${where}), and showed a plain key`,
    hint: 'use `--transport openssh`, which checks host certificates',
  };
}

function failed(options: HostVerifierOptions, error: unknown): HostKeyRefusal {
  const why = error instanceof Error ? error.message : String(error);
  return {
    verdict: 'failed',
    reason: `host key of ${options.node} could not be checked: ${why}`,
    hint: 'this is a fault of heorot: please report it',
  };
}

function describe(key: Buffer): string {
  return `${keyTypeOf(key) ?? 'a key'} ${fingerprint(key)}`;
}
