// How a node of a lab is, as a consequence of the faults it suffered; pure.
import type { Fault } from './lab.ts';

export type NodeCondition = 'up' | 'killed' | 'frozen' | 'partitioned' | 'slow';

/** The condition after a fault; what a node had before matters only where a fault does not decide it. */
export function conditionAfter(before: NodeCondition, fault: Fault): NodeCondition {
  switch (fault.kind) {
    case 'kill':
      return 'killed';
    case 'freeze':
      return before === 'killed' ? 'killed' : 'frozen';
    case 'thaw':
      return before === 'frozen' ? 'up' : before;
    case 'partition':
      return before === 'killed' ? 'killed' : 'partitioned';
    case 'heal':
      return before === 'partitioned' || before === 'slow' ? 'up' : before;
    case 'slow':
      return before === 'up' ? 'slow' : before;
    case 'reboot':
      return before === 'slow' || before === 'partitioned' ? before : 'up';
    case 'new-host-key':
      return before;
    default:
      return fault satisfies never;
  }
}
