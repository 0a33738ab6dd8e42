// The syntax tree of a node-set expression. Offsets count UTF-16 units of the whole text, from 0.
import type { NamePart } from './pattern-set.ts';

/** `,` union, `!` difference, `&` intersection, `^` symmetric difference: strictly left to right, without precedence. */
export type Operator = ',' | '!' | '&' | '^';

export interface Expression {
  readonly text: string;
  /** Each operator works on all that is left of it; the first is `,`. No terms: the empty set. */
  readonly terms: readonly Term[];
}

export interface Term {
  readonly operator: Operator;
  readonly operand: Operand;
}

interface OperandBase {
  readonly text: string;
  readonly offset: number;
}

/** `node1`, `node[1-3]-ib[0-1]`: known by itself. */
export interface NamesOperand extends OperandBase {
  readonly kind: 'names';
  readonly parts: readonly NamePart[];
}
/** `node*`, `node?[1-3]`: matched against every node of the default source. */
export interface WildcardOperand extends OperandBase {
  readonly kind: 'wildcard';
  readonly parts: readonly NamePart[];
}
/** `@compute`, `@rack[1-4]`, `@source:group`. */
export interface GroupOperand extends OperandBase {
  readonly kind: 'group';
  /** Undefined: the default source. */
  readonly source: string | undefined;
  readonly parts: readonly NamePart[];
}
/** `@*`, `@source:*`. */
export interface AllOperand extends OperandBase {
  readonly kind: 'all';
  readonly source: string | undefined;
}
/** `@@source`: not nodes but the names of the groups; `@@` asks the default source. */
export interface GroupNamesOperand extends OperandBase {
  readonly kind: 'group-names';
  readonly source: string | undefined;
}

export type Operand = NamesOperand | WildcardOperand | GroupOperand | AllOperand | GroupNamesOperand;

/** Terms put together where order does not matter: operands that are united one after the other. */
export interface Step {
  readonly operator: Operator;
  /** United with each other first; one only, unless the operator is `,`. */
  readonly operands: readonly Operand[];
}

/** What makes a list of a million names one union instead of a million. */
export function stepsOf({ terms }: Expression): Step[] {
  const steps: { operator: Operator; operands: Operand[] }[] = [];
  for (const { operator, operand } of terms) {
    const last = steps.at(-1);
    if (operator === ',' && last?.operator === ',') last.operands.push(operand);
    else steps.push({ operator, operands: [operand] });
  }
  return steps;
}
