// Public surface of fanout: run, copy and stream on many nodes at once.
export type { CopyEvent, CopyOptions, CopyRun, Fanout, Run } from './engine/fanout.ts';
export type { Command, RunOptions, Schedule } from './model/command.ts';
export type { ExitOutcome, FailureOutcome, NodeResult, RunEvent, RunSummary } from './model/event.ts';
export type { Cleanup, ConnectFailure, Outcome, OutcomeKind } from './model/outcome.ts';
export type { Target, TargetSettings } from './model/target.ts';
export type { Channel, ChannelEnd, ExecuteRequest, Session, Transport } from './model/transport.ts';
export { ConnectError } from './model/transport.ts';
export type { ResolvedTarget } from './ssh-config/resolved-target.ts';
