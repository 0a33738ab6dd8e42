// One node's deployment as the head knows it, and the run that it belongs to.
import type { Position } from './position.ts';

/** How the head knows that a key is the machine's. protocol/README.md, "Trust". */
export type Trust = 'console' | 'admit' | 'ssh' | 'arrival';

export type Via = 'network' | 'kexec';

export interface Run {
  readonly id: number;
  readonly action: 'deploy' | 'rescue' | 'discover';
  /** Name and digest, as /etc/heorot/image of a node says them: `base@2 sha256:...`; or empty. */
  readonly image: string;
  /** Of the plan that was consented to. */
  readonly digest: string;
  /** Folded. */
  readonly nodes: string;
  readonly trust: Trust;
  /** What brings a machine into the boot environment: its firmware, or its running system. */
  readonly via: Via;
  /** At most so many machines between power and claim at a time. */
  readonly window: number;
  /** What `retry` needs to plan anew: its flags, as JSON. */
  readonly source: string;
  /** Milliseconds since 1970, as all times here. */
  readonly created: number;
  readonly expires: number;
}

export interface Deployment {
  readonly id: number;
  readonly run: number;
  readonly node: string;
  readonly mac: string;
  readonly expires: number;
  readonly manualPower: boolean;
  readonly position: Position;
  /** Of the present phase, 0 to 1; `undefined` when it says nothing. */
  readonly progress: number | undefined;
  readonly started: number;
  readonly ended: number | undefined;
}
