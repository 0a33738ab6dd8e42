// The automaton of a deployment: position and event to position. Pure, so that whole runs are simulated as text in tests.
import type { phases } from '../protocol/plan-step.ts';
import type { DeployEvent, Position, Reason } from './position.ts';
import { type StepName, type StepTable, stepOrder } from './step-table.ts';

export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly table: StepTable;
  /** Nobody but a person powers this machine: the wait for its boot ends only with the deployment. */
  readonly manualPower: boolean;
}

/** The next position; the same object when the event changes nothing (late, repeated or out of place). */
export function advance(position: Position, event: DeployEvent, moment: Moment): Position {
  if (position.kind === 'ended') return position;
  switch (event.kind) {
    case 'cancel':
      return ended('cancelled', reasonAt(position, 'cancelled', 'cancelled by hand'));
    case 'expire':
      return ended('expired', reasonAt(position, 'expired', 'the time of the deployment is over'));
    case 'turn':
      return position.kind === 'queued' ? enter('power', position.round, 1, moment) : position;
    case 'script':
      return booting(position, moment);
    case 'powered':
      return forward(position, 'power', 'script', moment);
    case 'claim':
      return claimed(position, moment);
    case 'admitted':
      return admitted(position, moment);
    case 'begin':
      return begun(position, event.phase, moment);
    case 'done':
      return finished(position, moment);
    case 'discovered':
      return ended('deployed', undefined);
    case 'answered':
      return position.kind === 'at' && position.step === 'answer' ? ended('deployed', undefined) : position;
    case 'failed':
      return failed(position, event.code, event.text, moment);
    case 'timeout':
      return failed(position, 'timeout', '', moment);
    default:
      return event satisfies never;
  }
}

/** The time has come that a position gives itself. */
export function isOverdue(position: Position, now: number): boolean {
  return position.kind === 'at' && position.deadline !== undefined && position.deadline <= now;
}

/** Whether a machine in this position is given the boot environment when it asks. */
export function bootsEnvironment(position: Position): boolean {
  return position.kind === 'queued' || (position.kind === 'at' && position.step !== 'answer');
}

/** A machine that asks for its boot script has started, whoever pressed the button. Any host can ask, so nothing later is moved. */
function booting(position: Position, moment: Moment): Position {
  if (position.kind === 'queued') return enter('claim', position.round, 1, moment);
  const early = position.kind === 'at' && (position.step === 'power' || position.step === 'script');
  return early ? enter('claim', position.round, 1, moment) : position;
}

function claimed(position: Position, moment: Moment): Position {
  if (position.kind !== 'at') return position;
  return ['power', 'script', 'claim'].includes(position.step)
    ? enter('admit', position.round, 1, moment)
    : position;
}

/** A machine that is admitted once more while it installs has restarted: it begins anew. */
function admitted(position: Position, moment: Moment): Position {
  if (position.kind !== 'at') return position;
  if (position.step === 'admit') return enter('check', position.round, 1, moment);
  if (moment.table.steps[position.step].macro !== 'install') return position;
  if (position.round >= moment.table.rounds)
    return ended(
      'failed',
      reasonAt(position, 'restarts', `the machine has restarted in the step ${position.step}`),
    );
  return enter('check', position.round + 1, 1, moment);
}

function begun(position: Position, phase: (typeof phases)[number], moment: Moment): Position {
  if (position.kind !== 'at' || moment.table.steps[position.step].macro !== 'install') return position;
  const forwards = stepOrder.indexOf(phase) > stepOrder.indexOf(position.step);
  return forwards ? enter(phase, position.round, 1, moment) : position;
}

function failed(position: Position, code: string, text: string, moment: Moment): Position {
  if (position.kind !== 'at') return position;
  const { tries, afterwards, timeoutMs } = moment.table.steps[position.step];
  const said = text === '' ? `nothing was heard within ${timeoutMs / 1000} s` : text;
  const reason = reasonAt(position, code, said);
  if (moment.table.hopeless.has(code)) return ended('failed', reason);
  // A node that fell silent does not hear "again": only the power button helps.
  const deaf = code === 'timeout' && position.step !== 'power';
  if (!deaf && position.attempt < tries)
    return enter(position.step, position.round, position.attempt + 1, moment);
  const beyondReach = deaf && moment.manualPower;
  if (afterwards === 'fail' || beyondReach || position.round >= moment.table.rounds)
    return ended('failed', reason);
  return { kind: 'queued', round: position.round + 1 };
}

function finished(position: Position, moment: Moment): Position {
  const installs = position.kind === 'at' && moment.table.steps[position.step].macro === 'install';
  return installs ? enter('answer', position.round, 1, moment) : position;
}

function forward(position: Position, from: StepName, to: StepName, moment: Moment): Position {
  return position.kind === 'at' && position.step === from ? enter(to, position.round, 1, moment) : position;
}

function enter(
  step: StepName,
  round: number,
  attempt: number,
  { now, table, manualPower }: Moment,
): Position {
  const byHand = manualPower && step === 'script';
  return {
    kind: 'at',
    step,
    round,
    attempt,
    since: now,
    deadline: byHand ? undefined : now + table.steps[step].timeoutMs,
  };
}

function ended(
  ending: 'deployed' | 'failed' | 'cancelled' | 'expired',
  reason: Reason | undefined,
): Position {
  return { kind: 'ended', ending, reason };
}

function reasonAt(position: Position, code: string, text: string): Reason {
  return { step: position.kind === 'at' ? position.step : 'queued', code, text };
}
