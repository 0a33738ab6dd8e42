// Who may have a plan and secrets: tokens given out with boot scripts, claims made with them, and keys that were vouched for.
// Tokens and sessions are kept as hashes: who reads the database cannot act as a node.
import { createHash, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '@heorot/state';
import { type Claim, claimFingerprint } from '../protocol/claim.ts';
import { numberIn, type Row, textIn } from './deployment-rows.ts';

export interface Admission {
  readonly deployment: number;
  readonly nonce: string;
  readonly key: string;
  readonly fingerprint: string;
  /** Where the claim came from; requests of its session must come from there too. */
  readonly address: string;
  readonly state: 'waiting' | 'admitted' | 'burnt';
  /** How often the secrets were fetched. */
  readonly sealed: number;
  readonly at: number;
}

export type ClaimResult =
  | { readonly kind: 'session'; readonly session: string; readonly admission: Admission }
  | { readonly kind: 'unknown-token' }
  /** Another machine has used the token already. */
  | { readonly kind: 'token-reused'; readonly deployment: number };

export interface AdmissionStore {
  /** A token for a deployment, bound to the address that asked for the boot script; the eight latest are good. */
  issueToken(deployment: number, address: string, now: number): string;
  claim(claim: Claim, address: string, now: number): ClaimResult;
  /** Who holds a session. */
  session(session: string): Admission | undefined;
  /** Where the boot script of a claim was asked from; `undefined` when the token is gone. */
  scriptAddress(token: string): string | undefined;
  /** Somebody knows by another way than the network that this key is the machine's. */
  vouch(mac: string, fingerprint: string, by: string, now: number): void;
  isVouched(mac: string, fingerprint: string): boolean;
  /** This claim alone goes on; all others of the deployment are burnt. */
  admit(session: string): void;
  /** Claims of deployments that have not ended. */
  waiting(): readonly Admission[];
  ofDeployment(deployment: number): readonly Admission[];
  /** Counts a fetch of the secrets. */
  countSealed(session: string): void;
}

const mostTokens = 8;

export function admissionStore(database: DatabaseSync): AdmissionStore {
  const bySession = database.prepare('SELECT * FROM claims WHERE session = ?');
  const byToken = database.prepare('SELECT * FROM tokens WHERE hash = ?');
  const byDeployment = database.prepare('SELECT * FROM claims WHERE deployment = ? ORDER BY at');
  const vouched = database.prepare('SELECT 1 AS found FROM vouched WHERE mac = ? AND fingerprint = ?');
  const find = (session: string): Admission | undefined => bySession.all(hashOf(session)).map(admissionOf)[0];

  return {
    issueToken: (deployment, address, now) => {
      const token = randomBytes(16).toString('hex');
      inTransaction(database, () => {
        database
          .prepare('INSERT INTO tokens (hash, deployment, address, issued) VALUES (?, ?, ?, ?)')
          .run(hashOf(token), deployment, address, now);
        database
          .prepare(
            'DELETE FROM tokens WHERE deployment = ? AND rowid NOT IN (SELECT rowid FROM tokens WHERE deployment = ? ORDER BY rowid DESC LIMIT ?)',
          )
          .run(deployment, deployment, mostTokens);
      });
      return token;
    },
    claim: (claim, address, now) =>
      inTransaction(database, (): ClaimResult => {
        const token = byToken.get(hashOf(claim.token));
        if (token === undefined) return { kind: 'unknown-token' };
        const deployment = numberIn(token, 'deployment');
        const { key: usedBy } = token;
        if (usedBy !== null && usedBy !== claim.key) return { kind: 'token-reused', deployment };
        const session = randomBytes(32).toString('hex');
        // The same machine asks again when the answer was lost: its former session goes.
        database
          .prepare("DELETE FROM claims WHERE deployment = ? AND key = ? AND state = 'waiting'")
          .run(deployment, claim.key);
        database.prepare('UPDATE tokens SET key = ? WHERE hash = ?').run(claim.key, hashOf(claim.token));
        database
          .prepare("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?)")
          .run(
            hashOf(session),
            deployment,
            claim.nonce,
            claim.key,
            claimFingerprint(claim.key),
            address,
            now,
          );
        const admission = find(session);
        return admission === undefined ? { kind: 'unknown-token' } : { kind: 'session', session, admission };
      }),
    session: find,
    scriptAddress: (token) => {
      const row = byToken.get(hashOf(token));
      return row === undefined ? undefined : textIn(row, 'address');
    },
    vouch: (mac, fingerprint, by, now) =>
      void database
        .prepare('INSERT OR IGNORE INTO vouched VALUES (?, ?, ?, ?)')
        .run(mac, fingerprint, by, now),
    isVouched: (mac, fingerprint) => vouched.get(mac, fingerprint) !== undefined,
    admit: (session) =>
      inTransaction(database, () => {
        const hash = hashOf(session);
        database
          .prepare(
            "UPDATE claims SET state = 'burnt' WHERE deployment = (SELECT deployment FROM claims WHERE session = ?) AND session <> ?",
          )
          .run(hash, hash);
        database.prepare("UPDATE claims SET state = 'admitted' WHERE session = ?").run(hash);
      }),
    waiting: () =>
      database.prepare("SELECT * FROM claims WHERE state = 'waiting' ORDER BY at").all().map(admissionOf),
    ofDeployment: (deployment) => byDeployment.all(deployment).map(admissionOf),
    countSealed: (session) =>
      void database.prepare('UPDATE claims SET sealed = sealed + 1 WHERE session = ?').run(hashOf(session)),
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function admissionOf(row: Row): Admission {
  const state = row['state'];
  return {
    deployment: numberIn(row, 'deployment'),
    nonce: textIn(row, 'nonce'),
    key: textIn(row, 'key'),
    fingerprint: textIn(row, 'fingerprint'),
    address: textIn(row, 'address'),
    state: state === 'waiting' || state === 'admitted' ? state : 'burnt',
    sealed: numberIn(row, 'sealed'),
    at: numberIn(row, 'at'),
  };
}
