// The tables of the head. Append migrations, never change one.
import type { Migrations } from '@heorot/state';

const first = `
CREATE TABLE machines (
  mac TEXT PRIMARY KEY,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  address TEXT,
  platform TEXT,
  report TEXT,
  written INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  action TEXT NOT NULL,
  image TEXT NOT NULL,
  digest TEXT NOT NULL,
  nodes TEXT NOT NULL,
  trust TEXT NOT NULL,
  window INTEGER NOT NULL,
  source TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
);
CREATE TABLE deployments (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs,
  node TEXT NOT NULL,
  mac TEXT NOT NULL,
  expires INTEGER NOT NULL,
  manual INTEGER NOT NULL,
  kind TEXT NOT NULL,
  step TEXT,
  round INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  since INTEGER NOT NULL,
  deadline INTEGER,
  progress REAL,
  code TEXT,
  reason TEXT,
  started INTEGER NOT NULL,
  ended INTEGER
);
CREATE UNIQUE INDEX one_deployment_a_node ON deployments (node) WHERE ended IS NULL;
CREATE UNIQUE INDEX one_deployment_a_mac ON deployments (mac) WHERE ended IS NULL;
CREATE INDEX deployments_by_run ON deployments (run);
CREATE INDEX deployments_by_deadline ON deployments (deadline) WHERE ended IS NULL;
CREATE TABLE plans (
  deployment INTEGER PRIMARY KEY REFERENCES deployments,
  steps TEXT NOT NULL,
  bundle BLOB NOT NULL,
  host_keys TEXT NOT NULL
);
CREATE TABLE secrets (deployment INTEGER PRIMARY KEY REFERENCES deployments, bundle BLOB NOT NULL);
CREATE TABLE timings (
  deployment INTEGER NOT NULL REFERENCES deployments,
  step TEXT NOT NULL,
  round INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  began INTEGER NOT NULL,
  ended INTEGER NOT NULL
);
CREATE INDEX timings_by_deployment ON timings (deployment);
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  deployment INTEGER NOT NULL REFERENCES deployments,
  address TEXT NOT NULL,
  issued INTEGER NOT NULL,
  key TEXT
);
CREATE INDEX tokens_by_deployment ON tokens (deployment);
CREATE TABLE claims (
  session TEXT PRIMARY KEY,
  deployment INTEGER NOT NULL REFERENCES deployments,
  nonce TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  sealed INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX claims_by_deployment ON claims (deployment);
CREATE TABLE vouched (
  mac TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (mac, fingerprint)
);
CREATE TABLE questions (
  id INTEGER PRIMARY KEY,
  deployment INTEGER NOT NULL REFERENCES deployments,
  question TEXT NOT NULL,
  answer TEXT,
  asked INTEGER NOT NULL
);
CREATE TABLE boots (
  mac TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  target TEXT NOT NULL,
  once INTEGER NOT NULL,
  expires INTEGER
);
CREATE TABLE notices (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (kind, subject, text)
);
`;

const via = `ALTER TABLE runs ADD COLUMN via TEXT NOT NULL DEFAULT 'network'`;

export const migrations: Migrations = [first, via];
