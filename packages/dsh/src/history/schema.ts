// The tables of dsh.db. Only ever append migrations.

export const migrations = [
  `CREATE TABLE run (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     started_at INTEGER NOT NULL,
     elapsed_ms INTEGER NOT NULL,
     user TEXT NOT NULL,
     recipe TEXT NOT NULL,
     nodes TEXT NOT NULL,
     total INTEGER NOT NULL,
     good INTEGER NOT NULL,
     retry_of INTEGER,
     stopped TEXT
   ) STRICT;
   CREATE TABLE output (
     id INTEGER PRIMARY KEY,
     digest BLOB NOT NULL UNIQUE,
     bytes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE result (
     run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     node TEXT NOT NULL,
     outcome TEXT NOT NULL,
     elapsed_ms INTEGER NOT NULL,
     stdout INTEGER REFERENCES output (id),
     stdout_size INTEGER NOT NULL,
     stderr INTEGER REFERENCES output (id),
     stderr_size INTEGER NOT NULL,
     PRIMARY KEY (run, position)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX result_stdout ON result (stdout);
   CREATE INDEX result_stderr ON result (stderr);`,
] as const;
