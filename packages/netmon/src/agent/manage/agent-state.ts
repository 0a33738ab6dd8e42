// What is known of the agent of one node.

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

/** A network card, as the node tells it when asked. */
export interface NetworkCard {
  readonly interface: string;
  readonly driver: string | null;
  readonly speedMbit: number | null;
  /** By lspci, where the node has it. */
  readonly model: string | null;
}
