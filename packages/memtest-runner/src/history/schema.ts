// The tables of memtest-runner.db. Only ever append migrations.
//
// Machines are known by serial number, DIMMs by theirs: names and slots move. `value` is what a query of months reads: one row a
// run, machine and measurement, laid out by machine, measurement and time.

export const migrations = [
  `CREATE TABLE machine (
     id INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE
   ) STRICT;
   CREATE TABLE measurement (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE
   ) STRICT;
   CREATE TABLE result (
     id INTEGER PRIMARY KEY,
     run TEXT NOT NULL UNIQUE,
     name TEXT,
     level TEXT NOT NULL,
     cluster TEXT,
     started_at INTEGER NOT NULL,
     ended_at INTEGER,
     node_set TEXT NOT NULL,
     suspects TEXT NOT NULL,
     node_count INTEGER NOT NULL,
     document BLOB NOT NULL
   ) STRICT;
   CREATE INDEX result_started ON result (started_at);
   CREATE TABLE node_result (
     result INTEGER NOT NULL REFERENCES result (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     node TEXT NOT NULL,
     machine INTEGER NOT NULL REFERENCES machine (id),
     verdict TEXT NOT NULL,
     reason TEXT NOT NULL,
     document BLOB NOT NULL,
     PRIMARY KEY (result, position)
   ) STRICT;
   CREATE INDEX node_result_node ON node_result (node, result);
   CREATE INDEX node_result_machine ON node_result (machine, result);
   CREATE TABLE value (
     machine INTEGER NOT NULL REFERENCES machine (id),
     measurement INTEGER NOT NULL REFERENCES measurement (id),
     result INTEGER NOT NULL REFERENCES result (id) ON DELETE CASCADE,
     at INTEGER NOT NULL,
     value REAL NOT NULL,
     PRIMARY KEY (machine, measurement, at, result)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX value_result ON value (result);
   CREATE TABLE dimm (
     serial TEXT NOT NULL,
     result INTEGER NOT NULL REFERENCES result (id) ON DELETE CASCADE,
     machine INTEGER NOT NULL REFERENCES machine (id),
     node TEXT NOT NULL,
     slot TEXT NOT NULL,
     part TEXT,
     corrected INTEGER,
     uncorrected INTEGER,
     PRIMARY KEY (serial, result, slot)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX dimm_result ON dimm (result);`,
] as const;
