// The steps of a deployment as data: how long each may take, how often it is tried, and where it goes when it fails.
// Three macro steps, each a list of micro steps (as Kadeploy has them); a site changes figures, not code.
import { type Phase, phases } from '../protocol/plan-step.ts';

export type Macro = 'boot' | 'install' | 'start';

/** Before the node works: power, boot script, claim, trust. Then its phases. At the end the answer over ssh. */
export type StepName = 'power' | 'script' | 'claim' | 'admit' | Phase | 'answer';

export interface Step {
  readonly macro: Macro;
  readonly timeoutMs: number;
  /** Tries of this step before `afterwards`; the first one counts. */
  readonly tries: number;
  /** When the tries are used up: the boot anew, as one more round, or the end. */
  readonly afterwards: 'round' | 'fail';
}

export interface StepTable {
  readonly steps: Readonly<Record<StepName, Step>>;
  /** How often a machine is booted for one deployment. */
  readonly rounds: number;
  /** Codes of failures that no repetition mends. */
  readonly hopeless: ReadonlySet<string>;
}

const second = 1000;
const minute = 60 * second;

export const defaultSteps: StepTable = {
  rounds: 3,
  hopeless: new Set([
    'disk-missing',
    'disk-ambiguous',
    'disk-changed',
    'disk-busy',
    'signature',
    'plan',
    'script',
    'forged',
    'kexec-impossible',
  ]),
  steps: {
    power: { macro: 'boot', timeoutMs: 2 * minute, tries: 3, afterwards: 'fail' },
    script: { macro: 'boot', timeoutMs: 5 * minute, tries: 1, afterwards: 'round' },
    claim: { macro: 'boot', timeoutMs: 4 * minute, tries: 1, afterwards: 'round' },
    admit: { macro: 'boot', timeoutMs: 30 * minute, tries: 1, afterwards: 'fail' },
    check: { macro: 'install', timeoutMs: 3 * minute, tries: 2, afterwards: 'fail' },
    partition: { macro: 'install', timeoutMs: 3 * minute, tries: 2, afterwards: 'round' },
    format: { macro: 'install', timeoutMs: 10 * minute, tries: 2, afterwards: 'round' },
    secrets: { macro: 'install', timeoutMs: 2 * minute, tries: 3, afterwards: 'round' },
    image: { macro: 'install', timeoutMs: 60 * minute, tries: 3, afterwards: 'round' },
    identity: { macro: 'install', timeoutMs: 5 * minute, tries: 2, afterwards: 'round' },
    post: { macro: 'install', timeoutMs: 60 * minute, tries: 1, afterwards: 'fail' },
    bootloader: { macro: 'install', timeoutMs: 5 * minute, tries: 2, afterwards: 'round' },
    flush: { macro: 'install', timeoutMs: 10 * minute, tries: 2, afterwards: 'round' },
    answer: { macro: 'start', timeoutMs: 15 * minute, tries: 1, afterwards: 'fail' },
  },
};

/** All steps in the order a node goes through them. */
export const stepOrder: readonly StepName[] = ['power', 'script', 'claim', 'admit', ...phases, 'answer'];

/** Where a phase stands again: what the phase needs on the disk must still be there. */
export const resumeAt: Readonly<Record<Phase, Phase>> = {
  check: 'check',
  partition: 'partition',
  format: 'partition',
  secrets: 'secrets',
  // A half-unpacked tree is not mended by unpacking over it: the file systems are made anew.
  image: 'format',
  identity: 'identity',
  post: 'post',
  bootloader: 'bootloader',
  flush: 'flush',
};
