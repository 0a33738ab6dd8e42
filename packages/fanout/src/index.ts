// Public surface of fanout: run, copy and stream on many nodes at once.
export { checkVariables } from './engine/check-variables.ts';
export type { CopyEvent, CopyOptions, CopyRun, Fanout, Run, SilentNode } from './engine/fanout.ts';
export {
  type ConnectionOptions,
  type CredentialOptions,
  type FanoutOptions,
  openFanout,
} from './engine/open-fanout.ts';
export { quoteForSh, scriptForAnyShell } from './engine/shell-quote.ts';
export { targetOf, targetsOf } from './engine/targets-of.ts';
export { closeHolder, holderStatus, revokeHeld } from './holder/client/control-holder.ts';
export type { Revocation } from './holder/client/holder-client.ts';
export type { HeldConnectionStatus, HolderStatus } from './holder/wire/messages.ts';
export type { AskPassphrase } from './keys/identity-file.ts';
export { type AuthHandler, type Credentials, KeyRing, type KeyRingOptions } from './keys/key-ring.ts';
export { type PasswordSource, readPassword } from './keys/password.ts';
export {
  appendKnownHosts,
  type KnownHostRemoval,
  removeKnownHost,
  replaceKnownHost,
} from './known-hosts/edit-known-hosts.ts';
export { fingerprint, hostKeyAlgorithms, keyTypeOf } from './known-hosts/host-key.ts';
export { type HostKeyRefusal, type HostVerifier, hostVerifier } from './known-hosts/host-verifier.ts';
export {
  type HostIdentity,
  type HostKeyVerdict,
  KnownHosts,
  nameOf,
  readKnownHosts,
} from './known-hosts/known-hosts.ts';
export { formatKnownHostLine, knownHostName } from './known-hosts/known-hosts-line.ts';
export type { Command, RunOptions, Schedule } from './model/command.ts';
export type { ExitOutcome, FailureOutcome, NodeResult, RunEvent, RunSummary } from './model/event.ts';
export type { Cleanup, ConnectFailure, Outcome, OutcomeKind } from './model/outcome.ts';
export { describeOutcome, exitCodeOf, largestExitCode } from './model/outcome-text.ts';
export type { Target, TargetSettings } from './model/target.ts';
export type { Channel, ChannelEnd, ExecuteRequest, Session, Transport } from './model/transport.ts';
export { ConnectError } from './model/transport.ts';
export { type LocalMachine, localMachine } from './ssh-config/local-machine.ts';
export { type ResolveOptions, resolveTargets } from './ssh-config/resolve-targets.ts';
export type { ResolvedTarget } from './ssh-config/resolved-target.ts';
export { notPostQuantum } from './ssh-config/transport-choice.ts';
export type { TransportDependencies } from './transport/dependencies.ts';
export type { ScannedHostKey } from './transport/ssh2/scan-host-keys.ts';
export { createTransports, type Transports } from './transport/transports.ts';
