// Live names behind the Tab key: completes the operand under the cursor of a node-set expression.
import type { Inventory } from '@heorot/inventory';

/** A screenful is useful, a list of 10 000 names is not. */
const most = 500;

/**
 * Whole words that begin as the typed one does.
 * `nodes`: an expression such as `n1,n2!@ra`; what stands before its last operator is kept as it is.
 * `groups`: a group name, with or without its source.
 */
export async function completeWords(
  kind: 'nodes' | 'groups',
  word: string,
  loadInventory: () => Promise<Inventory>,
): Promise<readonly string[]> {
  const inventory = await loadInventory();
  if (kind === 'groups') return matching(await groupNames(inventory, word), word, '');
  const operandAt = startOfLastOperand(word);
  const [before, operand] = [word.slice(0, operandAt), word.slice(operandAt)];
  if (operand.startsWith('@')) {
    const groups = await groupNames(inventory, operand.slice(1));
    return matching(groups, operand.slice(1), `${before}@`);
  }
  const nodes = matching(await inventory.all(), operand, before);
  if (operand !== '') return nodes;
  const groups = await groupNames(inventory, '');
  return [...nodes, ...matching(groups, '', `${before}@`)].slice(0, most);
}

/** Behind the last `,`, `!`, `&` or `^` that is not inside brackets. */
function startOfLastOperand(expression: string): number {
  let depth = 0;
  let start = 0;
  for (const [at, character] of expression.split('').entries()) {
    if (character === '[') depth += 1;
    else if (character === ']') depth -= 1;
    else if (depth === 0 && ',!&^'.includes(character)) start = at + 1;
  }
  return start;
}

/** Groups of the default source; of another one after `source:`; and the names of the sources themselves. */
async function groupNames(inventory: Inventory, typed: string): Promise<readonly string[]> {
  const colon = typed.indexOf(':');
  if (colon !== -1) {
    const source = typed.slice(0, colon);
    return (await inventory.groups(source)).map((group) => `${source}:${group}`);
  }
  const [, ...others] = inventory.sources();
  return [...(await inventory.groups()), ...others.map((source) => `${source}:`)];
}

function matching(names: Iterable<string>, typed: string, before: string): readonly string[] {
  const found: string[] = [];
  for (const name of names) {
    if (name.startsWith(typed)) found.push(before + name);
    if (found.length === most) break;
  }
  return found;
}
