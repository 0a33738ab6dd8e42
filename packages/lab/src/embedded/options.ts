// What a test or `heorot lab` may ask of an embedded lab.
import type { KeyType } from '../keys/key-pair.ts';

export interface EmbeddedLabOptions {
  /** Absolute; made if it does not exist. Everything the lab writes lies under it. */
  readonly folder: string;
  /** 8 unless told. */
  readonly nodes?: number;
  /** `cluster:` of the cluster file; `rehearsal` unless told. */
  readonly name?: string;
  /** Numbers in [0, 1), for addresses and the port; Math.random unless told. */
  readonly random?: () => number;
  /** Who else may log in, and how fast. */
  readonly access?: EmbeddedAccess;
  /** Marks the lab's processes; a random one unless told. */
  readonly token?: string;
  /** By node name; `*` is for nodes that are not named. */
  readonly behaviours?: Readonly<Record<string, NodeBehaviour>>;
}

export interface EmbeddedAccess {
  /** Accepted for any user, as `password` and as `keyboard-interactive`. */
  readonly password?: string;
  /** Also writes keys/id_encrypted, which every node accepts, under this passphrase. */
  readonly passphrase?: string;
}

/** How a node differs from an honest, quiet one. */
export interface NodeBehaviour {
  readonly hostKey?: KeyType;
  /** A start-up file (~/.bashrc) that bash reads before each command: noise, dawdling. */
  readonly startup?: string;
  /** Sent before authentication (RFC 4252 section 5.4). */
  readonly banner?: string;
  /** After its own output every command writes lines without end. */
  readonly flooding?: boolean;
  /** What it says of how commands end instead of the truth: nothing at all, or always 0. */
  readonly lying?: 'no-exit-status' | 'always-zero';
  /** Answers `true`, `:` and `hostname` itself, without a process: so that benchmarks measure the client. */
  readonly builtIn?: boolean;
}
