// What a node is told after it has reported, from where its deployment stands then.
import type { Deployment, Via } from '../deploy/deployment.ts';
import { resumeAt } from '../deploy/step-table.ts';
import type { Phase } from '../protocol/plan-step.ts';
import type { Reply } from '../protocol/reply.ts';

/** @param failed the phase that has just failed, when one has */
export function howItGoesOn(deployment: Deployment | undefined, via: Via | undefined, failed?: Phase): Reply {
  const position = deployment?.position;
  if (position === undefined || position.kind === 'ended')
    return {
      kind: 'end',
      // A machine that ran goes back to what it did, if it still can.
      how: via === 'kexec' ? 'reboot' : 'poweroff',
      text: position?.ending === 'cancelled' ? 'the deployment was cancelled' : 'the deployment has ended',
    };
  // It is to boot anew, and can do so by itself: quicker and gentler than the power button.
  if (position.kind === 'queued') return { kind: 'end', how: 'reboot', text: 'once more from the beginning' };
  return failed === undefined ? { kind: 'ok', words: [] } : { kind: 'again', phase: resumeAt[failed] };
}
