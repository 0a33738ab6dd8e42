// What is known of the agent of one node.
import type { NetworkCard } from '../../facts/network-card.ts';

export interface AgentState {
  readonly node: string;
  /** `stopped` is installed but does not run; `refused` could not do what was asked, for the reason in `detail`. */
  readonly state: 'running' | 'stopped' | 'absent' | 'removed' | 'refused' | 'unreachable';
  readonly detail: string | null;
  /** `perl` or `python3`. */
  readonly pusher: string | null;
  /** `systemd`, or `process`: one that does not come back after a reboot. */
  readonly manner: string | null;
  /** ADDRESS:PORT of its collector. */
  readonly to: string | null;
  readonly sinceMs: number | null;
  readonly cards: readonly NetworkCard[];
}
