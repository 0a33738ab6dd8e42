// What is known of the machine that netmon itself runs on: a line for the machine, and one for its network cards.
import type { MachineFacts } from '../facts/machine-facts.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute } from '../screen/style.ts';

/** @returns the row after it */
export function drawMachine(frame: CellBuffer, top: number, end: number, machine: MachineFacts): number {
  let row = top;
  for (const line of [machineLine(machine), cardsLine(machine)]) {
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

function cardsLine({ cards }: MachineFacts): string {
  return cards
    .map(({ interface: name, mac, driver, model }) =>
      [name, mac, model ?? driver].filter((each) => each !== null).join(' '),
    )
    .join('; ');
}
