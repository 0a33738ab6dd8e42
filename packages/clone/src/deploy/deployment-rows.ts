// Rows of SQLite to deployments and runs, every field checked: the file may be of another release or touched by hand.
import { HeorotError } from '@heorot/inventory';
import type { Deployment, Run, Trust, Via } from './deployment.ts';
import type { Ending, Position } from './position.ts';
import { type StepName, stepOrder } from './step-table.ts';

export type Row = Readonly<Record<string, unknown>>;

const endings: readonly Ending[] = ['deployed', 'failed', 'cancelled', 'expired'];
const trusts: readonly Trust[] = ['console', 'admit', 'ssh', 'arrival'];
const ways: readonly Via[] = ['network', 'kexec'];
const actions: readonly Run['action'][] = ['deploy', 'rescue', 'discover'];

export function deploymentOf(row: Row): Deployment {
  return {
    id: numberIn(row, 'id'),
    run: numberIn(row, 'run'),
    node: textIn(row, 'node'),
    mac: textIn(row, 'mac'),
    expires: numberIn(row, 'expires'),
    manualPower: numberIn(row, 'manual') === 1,
    position: positionOf(row),
    progress: optionalNumber(row, 'progress'),
    started: numberIn(row, 'started'),
    ended: optionalNumber(row, 'ended'),
  };
}

export function runOf(row: Row): Run {
  return {
    id: numberIn(row, 'id'),
    action: oneOf(actions, row, 'action'),
    image: textIn(row, 'image'),
    digest: textIn(row, 'digest'),
    nodes: textIn(row, 'nodes'),
    trust: oneOf(trusts, row, 'trust'),
    via: oneOf(ways, row, 'via'),
    window: numberIn(row, 'window'),
    source: textIn(row, 'source'),
    created: numberIn(row, 'created'),
    expires: numberIn(row, 'expires'),
  };
}

/** The columns of a position: kind, step, round, attempt, since, deadline, code, reason. */
export function columnsOf(position: Position, now: number): readonly (string | number | null)[] {
  switch (position.kind) {
    case 'queued':
      return ['queued', null, position.round, 1, now, null, null, null];
    case 'at':
      return [
        'at',
        position.step,
        position.round,
        position.attempt,
        position.since,
        position.deadline ?? null,
        null,
        null,
      ];
    case 'ended':
    default: {
      const { ending, reason } = position;
      const step = reason === undefined || reason.step === 'queued' ? null : reason.step;
      return [ending, step, 0, 0, now, null, reason?.code ?? null, reason?.text ?? null];
    }
  }
}

function positionOf(row: Row): Position {
  const kind = textIn(row, 'kind');
  const step = stepIn(row);
  if (kind === 'queued') return { kind, round: numberIn(row, 'round') };
  if (kind === 'at' && step !== undefined)
    return {
      kind,
      step,
      round: numberIn(row, 'round'),
      attempt: numberIn(row, 'attempt'),
      since: numberIn(row, 'since'),
      deadline: optionalNumber(row, 'deadline'),
    };
  const ending = oneOf(endings, row, 'kind');
  const code = row['code'];
  if (typeof code !== 'string') return { kind: 'ended', ending, reason: undefined };
  return { kind: 'ended', ending, reason: { step: step ?? 'queued', code, text: textIn(row, 'reason') } };
}

function stepIn(row: Row): StepName | undefined {
  return row['step'] === null ? undefined : oneOf(stepOrder, row, 'step');
}

export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw odd(column);
  return value;
}

export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw odd(column);
  return value;
}

export function optionalNumber(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numberIn(row, column);
}

function oneOf<Value extends string>(values: readonly Value[], row: Row, column: string): Value {
  const found = values.find((each) => each === row[column]);
  if (found === undefined) throw odd(column);
  return found;
}

function odd(column: string): HeorotError {
  return new HeorotError('state-corrupt', `the database of clone holds an unknown value in '${column}'`, {
    hint: 'it may be of a newer release: run that one, or move the file away',
  });
}
