// Deployments in SQLite: every change of a position is one transaction, so that a head that is killed has lost nothing.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HeorotError } from '@heorot/inventory';
import { inTransaction } from '@heorot/state';
import { advance } from './advance.ts';
import type { Deployment, Run } from './deployment.ts';
import { columnsOf, deploymentOf, numberIn, runOf, textIn } from './deployment-rows.ts';
import type { DeployEvent, Position } from './position.ts';
import { type StepName, type StepTable, stepOrder } from './step-table.ts';

/** What a node is given, made when the plan was consented to. */
export interface StoredPlan {
  /** The lines of the steps. */
  readonly steps: string;
  /** A tar of the identity, as far as it is not secret. */
  readonly bundle: Uint8Array;
  /** `ssh-ed25519 AAAA...` a line. */
  readonly hostKeys: string;
}

/** What a new deployment is made of. */
export interface NewDeployment {
  readonly node: string;
  readonly mac: string;
  readonly manualPower: boolean;
  readonly plan: StoredPlan;
  /** A tar of what only this node may read; kept until the deployment ends. */
  readonly secrets: Uint8Array;
}

export interface Transition {
  readonly before: Deployment;
  readonly after: Deployment;
}

export interface Timing {
  readonly step: StepName;
  readonly round: number;
  readonly attempt: number;
  readonly began: number;
  readonly ended: number;
}

export interface DeploymentStore {
  /** All or none. @throws HeorotError `deployment-active` when a node is in another deployment */
  create(run: Omit<Run, 'id'>, deployments: readonly NewDeployment[]): Run;
  /** Applies an event. `undefined` when there is no such deployment; before and after are the same when nothing changed. */
  apply(id: number, event: DeployEvent, now: number): Transition | undefined;
  deployment(id: number): Deployment | undefined;
  /** The one that has not ended. */
  activeOf(mac: string): Deployment | undefined;
  /** The last one that has made what is on the disk of a machine. */
  installedOn(mac: string): Deployment | undefined;
  /** All that have not ended, the oldest first. */
  active(): readonly Deployment[];
  /** Of a run; without one, the last of each node. */
  list(run?: number): readonly Deployment[];
  queued(limit: number): readonly Deployment[];
  /** How many are between power and claim. */
  booting(): number;
  /** Those whose step, or whose whole time, is over. */
  overdue(now: number): readonly Deployment[];
  /** Those in this step, the oldest first. */
  atStep(step: StepName): readonly Deployment[];
  run(id: number): Run | undefined;
  lastRun(): Run | undefined;
  planOf(id: number): StoredPlan | undefined;
  secretsOf(id: number): Uint8Array | undefined;
  /** Takes away everything that opens something: secrets, tokens, sessions. */
  burn(id: number): void;
  progress(id: number, part: number, now: number): void;
  timings(id: number): readonly Timing[];
}

/** @param table the steps that this head goes by */
export function deploymentStore(database: DatabaseSync, table: StepTable): DeploymentStore {
  const prepared = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
  const rows = (text: string, ...values: readonly (string | number)[]): readonly Deployment[] =>
    sql(text)
      .all(...values)
      .map(deploymentOf);
  const one = (id: number): Deployment | undefined => rows('SELECT * FROM deployments WHERE id = ?', id)[0];

  function write(deployment: Deployment, position: Position, now: number): void {
    const { position: before, id } = deployment;
    sql(
      `UPDATE deployments SET kind = ?, step = ?, round = ?, attempt = ?, since = ?, deadline = ?, code = ?, reason = ?, progress = NULL, ended = ? WHERE id = ?`,
    ).run(...columnsOf(position, now), position.kind === 'ended' ? now : null, id);
    if (before.kind === 'at')
      sql('INSERT INTO timings VALUES (?, ?, ?, ?, ?, ?)').run(
        id,
        before.step,
        before.round,
        before.attempt,
        before.since,
        now,
      );
    if (position.kind === 'ended') burn(id);
  }

  /** Nothing that opens anything outlives its deployment. */
  function burn(id: number): void {
    sql('DELETE FROM secrets WHERE deployment = ?').run(id);
    sql('DELETE FROM tokens WHERE deployment = ?').run(id);
    sql("UPDATE claims SET state = 'burnt' WHERE deployment = ?").run(id);
  }

  return {
    create: (run, deployments) =>
      inTransaction(database, () => {
        const { lastInsertRowid } = sql(
          'INSERT INTO runs (action, image, digest, nodes, trust, via, window, source, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        ).run(
          run.action,
          run.image,
          run.digest,
          run.nodes,
          run.trust,
          run.via,
          run.window,
          run.source,
          run.created,
          run.expires,
        );
        const id = Number(lastInsertRowid);
        for (const { node, mac, manualPower, plan, secrets } of deployments) {
          const busy = sql('SELECT node FROM deployments WHERE ended IS NULL AND (node = ? OR mac = ?)').get(
            node,
            mac,
          );
          if (busy !== undefined)
            throw new HeorotError('deployment-active', `${textIn(busy, 'node')} is being deployed already`, {
              hint: `see it with: clone status -w ${node}, end it with: clone cancel -w ${node}`,
            });
          const made = sql(
            `INSERT INTO deployments (run, node, mac, expires, manual, kind, round, attempt, since, started) VALUES (?, ?, ?, ?, ?, 'queued', 1, 1, ?, ?)`,
          ).run(id, node, mac, run.expires, manualPower ? 1 : 0, run.created, run.created);
          sql('INSERT INTO plans VALUES (?, ?, ?, ?)').run(
            made.lastInsertRowid,
            plan.steps,
            plan.bundle,
            plan.hostKeys,
          );
          sql('INSERT INTO secrets VALUES (?, ?)').run(made.lastInsertRowid, secrets);
        }
        return { ...run, id };
      }),
    apply: (id, event, now) =>
      inTransaction(database, () => {
        const before = one(id);
        if (before === undefined) return undefined;
        const position = advance(before.position, event, { now, table, manualPower: before.manualPower });
        if (position === before.position) return { before, after: before };
        write(before, position, now);
        return { before, after: one(id) ?? before };
      }),
    deployment: one,
    activeOf: (mac) => rows('SELECT * FROM deployments WHERE mac = ? AND ended IS NULL', mac)[0],
    installedOn: (mac) =>
      rows(
        "SELECT deployments.* FROM deployments JOIN runs ON runs.id = run WHERE action = 'deploy' AND mac = ? AND (kind = 'deployed' OR step = 'answer') ORDER BY deployments.id DESC LIMIT 1",
        mac,
      )[0],
    active: () => rows('SELECT * FROM deployments WHERE ended IS NULL ORDER BY id'),
    list: (run) =>
      run === undefined
        ? rows(
            'SELECT * FROM deployments WHERE id IN (SELECT max(id) FROM deployments GROUP BY node) ORDER BY id',
          )
        : rows('SELECT * FROM deployments WHERE run = ? ORDER BY id', run),
    queued: (limit) => rows("SELECT * FROM deployments WHERE kind = 'queued' ORDER BY id LIMIT ?", limit),
    booting: () =>
      numberIn(
        sql(
          "SELECT count(*) AS n FROM deployments WHERE kind = 'at' AND manual = 0 AND step IN ('power', 'script', 'claim')",
        ).get() ?? {},
        'n',
      ),
    overdue: (now) =>
      rows('SELECT * FROM deployments WHERE ended IS NULL AND (deadline <= ? OR expires <= ?)', now, now),
    atStep: (step) => rows("SELECT * FROM deployments WHERE kind = 'at' AND step = ? ORDER BY id", step),
    run: (id) => sql('SELECT * FROM runs WHERE id = ?').all(id).map(runOf)[0],
    lastRun: () => sql('SELECT * FROM runs ORDER BY id DESC LIMIT 1').all().map(runOf)[0],
    planOf: (id) => {
      const row = sql('SELECT * FROM plans WHERE deployment = ?').get(id);
      const bundle = row?.['bundle'];
      if (row === undefined || !(bundle instanceof Uint8Array)) return undefined;
      return { steps: textIn(row, 'steps'), bundle, hostKeys: textIn(row, 'host_keys') };
    },
    secretsOf: (id) => {
      const bundle = sql('SELECT bundle FROM secrets WHERE deployment = ?').get(id)?.['bundle'];
      return bundle instanceof Uint8Array ? bundle : undefined;
    },
    burn,
    progress: (id, part, now) =>
      void sql('UPDATE deployments SET progress = ? WHERE id = ? AND ended IS NULL AND since <= ?').run(
        part,
        id,
        now,
      ),
    timings: (id) =>
      sql('SELECT * FROM timings WHERE deployment = ? ORDER BY began')
        .all(id)
        .flatMap((row) => {
          const step = stepOrder.find((each) => each === row['step']);
          return step === undefined
            ? []
            : [
                {
                  step,
                  round: numberIn(row, 'round'),
                  attempt: numberIn(row, 'attempt'),
                  began: numberIn(row, 'began'),
                  ended: numberIn(row, 'ended'),
                },
              ];
        }),
  };
}
