// What the head knows of its runs: SQLite, so that the bytes read from a node and how far they go are kept together or not
// at all. A head that is killed at any moment goes on where it was.
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { TransportName } from '@heorot/inventory';
import { inTransaction, openDatabase, openForReading, stateFolder } from '@heorot/state';
import type { RunHeader } from '../model/run-result.ts';

const migrations = [
  `CREATE TABLE run (
     id TEXT PRIMARY KEY,
     started_at TEXT NOT NULL,
     ended_at TEXT,
     header TEXT NOT NULL,
     reach TEXT NOT NULL
   ) STRICT;
   CREATE TABLE node (
     run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     node TEXT NOT NULL,
     folder TEXT NOT NULL,
     state TEXT NOT NULL,
     PRIMARY KEY (run, node)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE piece (
     run TEXT NOT NULL,
     node TEXT NOT NULL,
     file TEXT NOT NULL,
     offset INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (run, node, file, offset),
     FOREIGN KEY (run, node) REFERENCES node (run, node) ON DELETE CASCADE
   ) STRICT;`,
  `CREATE TABLE speed (
     node TEXT PRIMARY KEY,
     bytes_per_second REAL NOT NULL
   ) STRICT, WITHOUT ROWID;`,
] as const;

/** How the nodes of a run are reached again. */
export interface Reach {
  readonly clusterFile: string | null;
  readonly user: string | null;
  readonly sshConfig: string | null;
  readonly transport: TransportName | null;
  /** Who starts it on the nodes; absent in runs of earlier versions, which start by themselves. */
  readonly via?: 'slurm' | null;
}

export interface StoredRun {
  readonly header: RunHeader;
  readonly reach: Reach;
}

/** What became of a run on one node, as far as the head has seen. */
export type NodeState =
  | { readonly kind: 'running' }
  /** `outcome` is what the supervisor wrote into rc: complete, stopped, spool-full. `bootId` is that of the moment it was read. */
  | { readonly kind: 'ended'; readonly outcome: string; readonly bootId: string }
  /** It does not work any more and has not said how it ended; `bootId` is the present one. */
  | { readonly kind: 'vanished'; readonly bootId: string }
  | { readonly kind: 'unreachable'; readonly since: string; readonly reason: string }
  /** It never began; `reached`: the node itself said why. */
  | { readonly kind: 'failed'; readonly why: string; readonly reached: boolean };

export interface StoredNode {
  readonly node: string;
  /** Absolute, on the node. */
  readonly folder: string;
  readonly state: NodeState;
}

/** Bytes of a file of a node's spool. */
export interface Piece {
  readonly node: string;
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export function storePath(env: Readonly<Record<string, string | undefined>>): string {
  return join(stateFolder(env, 'memtest-runner'), 'runs.db');
}

export class SpoolStore implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  static async open(path: string): Promise<SpoolStore> {
    return new this(await openDatabase(path, migrations));
  }

  /** undefined: there is none yet. */
  static read(path: string): SpoolStore | undefined {
    const database = openForReading(path, migrations.length);
    return database === undefined ? undefined : new this(database);
  }

  createRun({ header, reach }: StoredRun, nodes: readonly StoredNode[]): void {
    inTransaction(this.#database, () => {
      this.#database
        .prepare('INSERT INTO run VALUES (?, ?, NULL, ?, ?)')
        .run(header.id, header.startedAt, JSON.stringify(header), JSON.stringify(reach));
      const insert = this.#database.prepare('INSERT INTO node VALUES (?, ?, ?, ?)');
      for (const { node, folder, state } of nodes) insert.run(header.id, node, folder, JSON.stringify(state));
    });
  }

  endRun(run: string, endedAt: string): void {
    this.#database.prepare('UPDATE run SET ended_at = ? WHERE id = ?').run(endedAt, run);
  }

  /** Removes runs that began before that moment with all that was read of them; the history keeps their results. */
  prune(before: Date): void {
    this.#database.prepare('DELETE FROM run WHERE started_at < ?').run(before.toISOString());
  }

  setState(run: string, node: string, state: NodeState): void {
    this.#database
      .prepare('UPDATE node SET state = ? WHERE run = ? AND node = ?')
      .run(JSON.stringify(state), run, node);
  }

  /** What the memory test of a node moved in a second, for the plan of the next run. */
  setSpeed(node: string, bytesPerSecond: number): void {
    this.#database.prepare('INSERT OR REPLACE INTO speed VALUES (?, ?)').run(node, bytesPerSecond);
  }

  speeds(): ReadonlyMap<string, number> {
    const rows = this.#database.prepare('SELECT node, bytes_per_second AS speed FROM speed').all();
    return new Map(rows.map(({ node, speed }) => [String(node), Number(speed)]));
  }

  /** Newest first. */
  runs(): StoredRun[] {
    return this.#database
      .prepare('SELECT header, reach, ended_at FROM run ORDER BY started_at DESC, rowid DESC')
      .all()
      .map(storedRun);
  }

  /** @param wanted an id, the beginning of one, or a name; the newest that fits */
  find(wanted: string | undefined): StoredRun | undefined {
    return this.runs().find(
      ({ header }) => wanted === undefined || header.name === wanted || header.id.startsWith(wanted),
    );
  }

  nodes(run: string): StoredNode[] {
    return this.#database
      .prepare('SELECT node, folder, state FROM node WHERE run = ? ORDER BY node')
      .all(run)
      .map(({ node, folder, state }) => ({
        node: String(node),
        folder: String(folder),
        state: JSON.parse(String(state)),
      }));
  }

  /** How far each file of a node has been read. */
  offsets(run: string, node: string): ReadonlyMap<string, number> {
    const rows = this.#database
      .prepare(
        'SELECT file, max(offset + length(bytes)) AS told FROM piece WHERE run = ? AND node = ? GROUP BY file',
      )
      .all(run, node);
    return new Map(rows.map(({ file, told }) => [String(file), Number(told)]));
  }

  /** All in one transaction; a piece that was kept before does no harm. */
  keep(run: string, pieces: readonly Piece[]): void {
    if (pieces.length === 0) return;
    const insert = this.#database.prepare('INSERT OR IGNORE INTO piece VALUES (?, ?, ?, ?, ?)');
    inTransaction(this.#database, () => {
      for (const { node, file, offset, bytes } of pieces) insert.run(run, node, file, offset, bytes);
    });
  }

  files(run: string, node: string): ReadonlyMap<string, Buffer> {
    const rows = this.#database
      .prepare('SELECT file, bytes FROM piece WHERE run = ? AND node = ? ORDER BY file, offset')
      .all(run, node);
    const files = new Map<string, Uint8Array[]>();
    for (const { file, bytes } of rows) {
      if (!(bytes instanceof Uint8Array)) continue;
      const pieces = files.get(String(file)) ?? [];
      files.set(String(file), pieces);
      pieces.push(bytes);
    }
    return new Map([...files].map(([file, pieces]) => [file, Buffer.concat(pieces)]));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function storedRun({ header, reach, ended_at: endedAt }: Readonly<Record<string, unknown>>): StoredRun {
  const parsed: RunHeader = JSON.parse(String(header));
  return {
    header: { ...parsed, endedAt: typeof endedAt === 'string' ? endedAt : null },
    reach: JSON.parse(String(reach)),
  };
}
