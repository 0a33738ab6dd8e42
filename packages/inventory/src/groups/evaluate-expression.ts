// A node-set expression to its nodes, parsed and evaluated in one step.
import { evaluate } from '../node-set/evaluate.ts';
import type { GroupLookup } from '../node-set/group-lookup.ts';
import type { NodeSet } from '../node-set/node-set.ts';
import { parseExpression } from '../node-set/parse-expression.ts';

/** @throws as `parseExpression` and `evaluate` */
export async function evaluateExpression(expression: string, groups: GroupLookup): Promise<NodeSet> {
  return await evaluate(parseExpression(expression), groups);
}
