// What a node reports while it works: marks of phases, and failures.
import { HeorotError } from '@heorot/inventory';
import { type Phase, phases } from './plan-step.ts';

export type Mark =
  | { readonly kind: 'begin'; readonly phase: Phase; readonly uptimeMs: number }
  | { readonly kind: 'end'; readonly phase: Phase; readonly uptimeMs: number }
  | { readonly kind: 'progress'; readonly phase: Phase; readonly done: number; readonly total: number };

export interface FailureReport {
  readonly phase: Phase | 'plan';
  readonly code: string;
  readonly text: string;
}

/** @throws HeorotError `report-invalid` */
export function parseMarks(body: string): readonly Mark[] {
  return body
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => {
      const [, kind = '', name = '', first = '', second = ''] =
        /^(begin|end|progress) (\w+) (\d{1,15})(?: (\d{1,15}))?$/.exec(each) ?? [];
      const phase = phaseOf(name);
      if (phase !== undefined && kind === 'progress' && second !== '')
        return { kind, phase, done: Number(first), total: Number(second) };
      if (phase !== undefined && (kind === 'begin' || kind === 'end') && second === '')
        return { kind, phase, uptimeMs: Number(first) };
      throw new HeorotError('report-invalid', `no mark of a phase: '${each.slice(0, 60)}'`);
    });
}

/** @throws HeorotError `report-invalid` */
export function parseFailure(body: string): FailureReport {
  const [, name = '', code = '', text = ''] = /^(\w+) ([a-z-]{1,30})(?:\n([\s\S]*))?$/.exec(body) ?? [];
  const phase = name === 'plan' ? name : phaseOf(name);
  if (phase === undefined) throw new HeorotError('report-invalid', 'no phase in a report of a failure');
  return { phase, code, text: text.trim().slice(0, 4096) };
}

function phaseOf(name: string): Phase | undefined {
  return phases.find((each) => each === name);
}
