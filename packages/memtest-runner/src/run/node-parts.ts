// From the spool of one node, as far as it came home, to what the judge wants to know of it. Pure.

import { parseMarchRecord } from '../engines/march-record.ts';
import { EVENT_LOG_FILE, freshEntries } from '../event-log/kept-event-log.ts';
import { createEvidenceTrail } from '../evidence/evidence-trail.ts';
import type { NodeState } from '../follow/spool-store.ts';
import type { Survival } from '../model/evidence.ts';
import type { EngineResult, NodeParts, PhaseSpan, PlannedPhase } from '../model/run-result.ts';
import { parseSpoolEvent, type SpoolEvent } from '../node/spool-event.ts';
import { askedBytes } from '../plan/pass-cost.ts';
import { endOfJob, JOB_OUTPUT } from '../slurm/job-output.ts';
import { type PhaseRecord, resultsOfPhase } from './engine-results.ts';

export interface NodeSpool {
  readonly node: string;
  readonly rack: string | null;
  readonly state: NodeState;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** @param plan phases that never began are told as interrupted, so that nobody takes them for passed */
export function nodeParts({ node, rack, state, files }: NodeSpool, plan: readonly PlannedPhase[]): NodeParts {
  const events = (files.get('events.ndjson')?.toString('utf8') ?? '')
    .split('\n')
    .flatMap((line) => parseSpoolEvent(line) ?? []);
  const trail = createEvidenceTrail();
  for (const line of (files.get('evidence.ndjson')?.toString('utf8') ?? '').split('\n')) trail.add(line);
  const phases = phasesOf(events);
  const results = phases.map((phase) => resultsOfPhase(phase, files));
  const over = state.kind !== 'running' && state.kind !== 'unreachable';
  const begun = new Set(phases.map(({ name }) => name));
  const untouched = over && state.kind !== 'failed' ? plan.filter(({ phase }) => !begun.has(phase)) : [];
  const bootIds = new Set([...events.map(({ bootId }) => bootId), ...trail.bootIds()]);
  if ('bootId' in state && state.bootId !== '') bootIds.add(state.bootId);
  return {
    node,
    rack,
    engines: [...results.flatMap(({ engines }) => engines), ...untouched.map(neverBegan)]
      .map(asAsked(plan))
      .map(noting(endedByOf(events, files))),
    evidence: withEventLog(trail.evidence(), freshEntries(files.get(EVENT_LOG_FILE))),
    facts: trail.facts(),
    survival: survivalOf(state, events, phases, files),
    timeline: timelineOf(events, phases, state, files),
    bootIds: [...bootIds],
    busy: results.some(({ busy }) => busy),
    failure: failureOf(state, events),
  };
}

/** What the head read over the network, beside what the node read of its own BMC. */
function withEventLog(
  evidence: NodeParts['evidence'],
  fresh: readonly string[] | null,
): NodeParts['evidence'] {
  if (fresh === null) return evidence;
  return { ...evidence, eventLog: [...new Set([...(evidence.eventLog ?? []), ...fresh])] };
}

function phasesOf(events: readonly SpoolEvent[]): readonly PhaseRecord[] {
  return events.flatMap((start) => {
    if (start.event !== 'phase-start') return [];
    const { phase: name, engine, index } = start;
    const end = events.find((event) => event.event === 'phase-end' && event.index === index);
    const codes = new Map(
      events.flatMap((event) =>
        event.event === 'process' && event.index === index ? [[event.file, event.code] as const] : [],
      ),
    );
    const ended = end?.event === 'phase-end' ? end : undefined;
    return [{ name, engine, index, ending: ended?.ending ?? null, problem: ended?.problem ?? '', codes }];
  });
}

function neverBegan({ phase, engine }: PlannedPhase): EngineResult {
  return {
    engine,
    phase,
    variant: engine,
    ending: 'interrupted',
    requestedBytes: null,
    bytesTested: 0,
    passes: 0,
    cpuSeconds: null,
    wallSeconds: null,
    bytesPerSecond: null,
    findings: [],
    findingCount: 0,
    notes: ['it never began'],
    bandwidth: [],
  };
}

function survivalOf(
  state: NodeState,
  events: readonly SpoolEvent[],
  phases: readonly PhaseRecord[],
  files: ReadonlyMap<string, Buffer>,
): Survival {
  if (state.kind === 'unreachable') return { kind: 'unreachable', since: state.since };
  if (state.kind === 'failed' && !state.reached)
    return { kind: 'unreachable', since: 'the start of the run' };
  const bootId = events[0]?.bootId;
  if (bootId === undefined || !('bootId' in state) || state.bootId === '' || state.bootId === bootId)
    return { kind: 'up' };
  const end = events.findLast((event) => event.event === 'end');
  // It was told to end by its system, and only then went down.
  if (state.kind === 'ended') {
    if (end?.event !== 'end' || end.by !== 'signal') return { kind: 'up' };
    return { kind: 'rebooted', clean: true, position: positionOf(phases.at(-1), files) };
  }
  return { kind: 'rebooted', clean: false, position: positionOf(phases.at(-1), files) };
}

/** The last thing that an engine said it would do. */
function positionOf(phase: PhaseRecord | undefined, files: ReadonlyMap<string, Buffer>): string | null {
  if (phase === undefined) return null;
  const log = files.get(`${phase.index}.march.out`)?.toString('latin1');
  const lines = log === undefined ? [] : log.split('\n');
  for (const line of lines.toReversed()) {
    const record = parseMarchRecord(line);
    if (record?.type === 'progress') return `phase ${phase.name}, pass ${record.pass}, ${record.position}`;
  }
  return `phase ${phase.name}`;
}

function timelineOf(
  events: readonly SpoolEvent[],
  phases: readonly PhaseRecord[],
  state: NodeState,
  files: ReadonlyMap<string, Buffer>,
): readonly PhaseSpan[] {
  const start = events[0]?.uptime ?? 0;
  return phases.map((phase): PhaseSpan => {
    const of = (kind: SpoolEvent['event']) =>
      events.find((event) => event.event === kind && 'index' in event && event.index === phase.index);
    const end = of('phase-end');
    return {
      phase: phase.name,
      startSeconds: (of('phase-start')?.uptime ?? start) - start,
      endSeconds: end === undefined ? null : end.uptime - start,
      ending: endingOf(phase, state),
      position: positionOf(phase, files),
    };
  });
}

function endingOf({ ending }: PhaseRecord, state: NodeState): PhaseSpan['ending'] {
  if (ending === 'stopped') return 'interrupted';
  if (ending === 'failed') return 'failed';
  if (ending !== null) return 'complete';
  return state.kind === 'vanished' ? 'crashed' : 'running';
}

/** A program that is not ours is told to test what there is: it does not know that more was asked for. */
function asAsked(plan: readonly PlannedPhase[]): (engine: EngineResult) => EngineResult {
  return (result) => {
    const { memory = null } = plan.find(({ phase }) => phase === result.phase) ?? {};
    const asked = askedBytes(memory ?? '', Number.NaN);
    const { requestedBytes } = result;
    if (Number.isNaN(asked) || requestedBytes === null || requestedBytes >= asked) return result;
    return { ...result, requestedBytes: Math.floor(asked) };
  };
}

/** Says of engines that were ended early who did it. */
function noting(endedBy: string | null): (engine: EngineResult) => EngineResult {
  return (engine) =>
    endedBy === null || engine.ending !== 'interrupted'
      ? engine
      : { ...engine, notes: [...engine.notes, endedBy] };
}

/** Null too for a run that was stopped because somebody asked for it. */
function endedByOf(events: readonly SpoolEvent[], files: ReadonlyMap<string, Buffer>): string | null {
  const end = events.findLast((event) => event.event === 'end');
  if (end?.event !== 'end' || end.by !== 'signal') return null;
  return endOfJob(files.get(JOB_OUTPUT)?.toString('utf8') ?? '') ?? 'a signal ended it';
}

function failureOf(state: NodeState, events: readonly SpoolEvent[]): string | null {
  if (state.kind === 'failed') return state.reached ? state.why : null;
  if (events.some((event) => event.event === 'spool-full' || lostRecords(event))) {
    return 'its disk was full: records of the run were lost';
  }
  if (state.kind === 'ended' && state.outcome === 'withdrawn')
    return 'its Slurm job is gone, and the run never began';
  if (events.length === 0 && state.kind === 'vanished') return 'nothing of the run is there';
  return null;
}

/** Exit code 6 of our engines: kernel/README.md. */
function lostRecords(event: SpoolEvent): boolean {
  return event.event === 'process' && event.code === 6 && /\.(march|stream)$/.test(event.file);
}
