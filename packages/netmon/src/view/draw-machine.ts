// What hardly changes of a node: a line for the machine, where netmon runs on it, and one for each model of its network cards.
import type { MachineFacts } from '../facts/machine-facts.ts';
import type { NodeStatus } from '../live/node-status.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute } from '../screen/style.ts';

/** @returns the row after it */
export function drawMachine(
  frame: CellBuffer,
  top: number,
  end: number,
  { machine, facts }: Pick<NodeStatus, 'machine' | 'facts'>,
): number {
  let row = top;
  const lines = [machine === undefined ? '' : machineLine(machine), ...cardLines([...facts.values()])];
  for (const line of lines) {
    if (line === '' || row >= end) continue;
    frame.put(row, 0, line, attribute.dim);
    row += 1;
  }
  return row;
}

function machineLine({ manufacturer, model, system, kernel, architecture }: MachineFacts): string {
  const make = [manufacturer, model].filter((each) => each !== null).join(' ');
  return [make, system, kernel === null ? null : `kernel ${kernel}`, architecture]
    .filter((each) => each !== null && each !== '')
    .join(', ');
}

/** A machine has several ports of one model, and few models. */
function cardLines(facts: readonly InterfaceFacts[]): readonly string[] {
  const cards = facts.filter(({ card }) => card !== null);
  return [...Map.groupBy(cards, ({ card, driver }) => `${card}${driver === null ? '' : ` (${driver})`}`)]
    .slice(0, mostModels)
    .map(([model, ports]) => `${ports.map(({ name }) => name).join(' ')}: ${model}`);
}

const mostModels = 4;
