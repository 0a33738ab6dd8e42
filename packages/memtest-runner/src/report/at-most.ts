// Operands of the verbs that take runs.
import { HeorotError } from '@heorot/inventory';

/** @throws HeorotError `usage` for more operands than the verb takes */
export function atMost(most: number, operands: readonly string[]): readonly string[] {
  if (operands.length <= most) return operands;
  throw new HeorotError('usage', `unexpected operand ${operands[most]}`, {
    hint: 'memtest-runner history lists the runs',
  });
}
