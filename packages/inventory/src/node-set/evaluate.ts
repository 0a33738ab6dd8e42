// A node-set expression with groups and wildcards, evaluated against group sources.
import { HeorotError } from '../error/heorot-error.ts';
import {
  type Expression,
  type GroupOperand,
  type NamesOperand,
  type Operand,
  stepsOf,
} from './expression.ts';
import type { GroupLookup } from './group-lookup.ts';
import { namesOf } from './names-of.ts';
import { NodeSet } from './node-set.ts';
import { parseExpression } from './parse-expression.ts';
import { parseGroupName } from './parse-operand.ts';
import { patternSetOf } from './pattern-set.ts';
import { NodeSetSyntaxError } from './syntax-error.ts';
import { matchWildcard } from './wildcard.ts';

/**
 * Evaluates from left to right; each group is looked up once, however often it is named.
 * @throws NodeSetSyntaxError in what a group stands for
 * @throws HeorotError `group-empty`, `group-cycle`, and what the lookup throws
 */
export function evaluate(expression: Expression, groups: GroupLookup): Promise<NodeSet> {
  return new Evaluation(groups).expression(expression, []);
}

class Evaluation {
  readonly #groups: GroupLookup;
  readonly #known = new Map<string, NodeSet>();

  constructor(groups: GroupLookup) {
    this.#groups = groups;
  }

  /** @param path the groups that are being looked up, outermost first */
  async expression(expression: Expression, path: readonly string[]): Promise<NodeSet> {
    const steps = [];
    for (const { operator, operands } of stepsOf(expression)) {
      const names = operands.filter((operand) => operand.kind === 'names');
      const sets = [NodeSet.ofNames(names.map(({ parts }) => parts))];
      for (const operand of operands)
        if (operand.kind !== 'names') sets.push(await this.#operand(operand, path));
      steps.push({ operator, set: NodeSet.union(sets) });
    }
    return NodeSet.combine(steps);
  }

  async #operand(operand: Exclude<Operand, NamesOperand>, path: readonly string[]): Promise<NodeSet> {
    if (operand.kind === 'group') return this.#group(operand, path);
    if (operand.kind === 'all') return this.#all(operand.source, path);
    if (operand.kind === 'wildcard') return matchWildcard(operand.parts, await this.#all(undefined, path));
    return NodeSet.ofNames((await this.#groups.groupNames(operand.source)).map(parseGroupName));
  }

  async #group({ source, parts }: GroupOperand, path: readonly string[]): Promise<NodeSet> {
    const sets = [];
    for (const group of namesOf([patternSetOf(parts)])) {
      const reference = `@${source === undefined ? '' : `${source}:`}${group}`;
      const nodes = await this.#lookUp(reference, path, () => this.#groups.members(source, group));
      if (nodes.isEmpty) throw new HeorotError('group-empty', `group '${reference}' has no nodes`);
      sets.push(nodes);
    }
    return NodeSet.union(sets);
  }

  #all(source: string | undefined, path: readonly string[]): Promise<NodeSet> {
    return this.#lookUp(source === undefined ? '@*' : `@${source}:*`, path, () => this.#groups.all(source));
  }

  async #lookUp(reference: string, path: readonly string[], ask: () => Promise<string>): Promise<NodeSet> {
    const known = this.#known.get(reference);
    if (known) return known;
    if (path.includes(reference)) {
      const cycle = [...path.slice(path.indexOf(reference)), reference].join(' -> ');
      throw new HeorotError('group-cycle', `group '${reference}' contains itself: ${cycle}`);
    }
    const nodes = await this.expression(parseMembers(reference, await ask()), [...path, reference]);
    this.#known.set(reference, nodes);
    return nodes;
  }
}

function parseMembers(reference: string, text: string): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (!(error instanceof NodeSetSyntaxError)) throw error;
    const options = error.hint === undefined ? { cause: error } : { cause: error, hint: error.hint };
    throw new HeorotError(error.code, `group '${reference}': ${error.message}`, options);
  }
}
