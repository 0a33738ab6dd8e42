// The heat map: one cell a node, in the order of the node set, a thousand on a screen. Height and colour of a cell say the
// same, so that neither is needed alone. Arrow keys go from cell to cell; Enter opens the node.
import { rateText } from '../units/quantity.ts';
import { columnOf, columns, type FigureColumn } from './columns.ts';
import { element, setAttribute, setText } from './element.ts';
import { heatLevel, hottest } from './heat-level.ts';
import { nodeAddress, stateText } from './node-link.ts';
import { chosenGroups, type PageState, shownFrame } from './page-state.ts';
import { filterRows, type NodeRow, nodeRows, ungrouped } from './rows.ts';

export interface HeatmapView {
  draw(state: PageState): void;
}

export function createHeatmap(section: HTMLElement): HeatmapView {
  const legend = element('p', { class: 'legend' });
  const told = element('p', { class: 'told', 'aria-live': 'off' });
  const map = element('div', { class: 'map' });
  section.append(legend, map, told);
  let cells = new Map<string, HTMLAnchorElement>();
  let rows: readonly NodeRow[] = [];
  let shape = '';
  let last: PageState | undefined;

  const tell = () => {
    const active = document.activeElement;
    const row = rows.find(({ node }) => cells.get(node) === active) ?? rows[0];
    setText(told, row === undefined || last === undefined ? '' : cellText(row, last));
  };
  map.addEventListener('focusin', tell);
  map.addEventListener('keydown', (event) => moveFocus(event, [...cells.values()]));

  return {
    draw(state) {
      last = state;
      const frame = shownFrame(state);
      rows = frame === undefined ? [] : filterRows(nodeRows(frame, chosenGroups(state)), state.filter);
      const nextShape = JSON.stringify([state.grouping, rows.map(({ node, group }) => [node, group])]);
      if (nextShape !== shape) cells = layOut(map, rows, state.grouping !== '');
      shape = nextShape;
      const column = heatColumn(state);
      const top = hottest(column, rows);
      const isRate = column.name === 'received' || column.name === 'sent';
      const topText = isRate ? rateText(top, state.units) : column.text(top, state.units);
      setText(
        legend,
        `${column.summary}; a full cell is ${topText}${column.title(state.units).startsWith('%') ? ' %' : ''}; ! is down, ? is not known`,
      );
      for (const row of rows) {
        const cell = cells.get(row.node);
        if (cell !== undefined) drawCell(cell, row, heatLevel(row, column, top), state);
      }
      tell();
    },
  };
}

function layOut(
  map: HTMLElement,
  rows: readonly NodeRow[],
  grouped: boolean,
): Map<string, HTMLAnchorElement> {
  const cells = new Map(
    rows.map(({ node }, at) => [
      node,
      element('a', { href: nodeAddress(node), tabindex: at === 0 ? 0 : -1 }),
    ]),
  );
  const grid = (members: readonly NodeRow[]) =>
    element('div', { class: 'grid' }, ...members.flatMap(({ node }) => cells.get(node) ?? []));
  const groups = grouped ? [...Map.groupBy(rows, ({ group }) => group ?? ungrouped)] : [];
  map.replaceChildren(
    ...(grouped
      ? groups.map(([name, members]) =>
          element('div', { class: 'heat-group' }, element('h2', {}, name), grid(members)),
        )
      : [grid(rows)]),
  );
  return cells;
}

function drawCell(cell: HTMLElement, row: NodeRow, level: number | undefined, state: PageState): void {
  const kind =
    row.state === 'down' ? 'cell down' : level === undefined ? 'cell unknown' : `cell heat-${level}`;
  setAttribute(cell, 'class', kind);
  setText(cell, row.state === 'down' ? '!' : level === undefined ? '?' : '');
  const text = cellText(row, state);
  setAttribute(cell, 'title', text);
  setAttribute(cell, 'aria-label', text);
}

function cellText(row: NodeRow, state: PageState): string {
  const { received, sent } = row.figures;
  const column = heatColumn(state);
  const more =
    column.name === 'received' || column.name === 'sent'
      ? ''
      : `, ${column.summary} ${column.text(row.figures[column.name], state.units)}${column.title(state.units).startsWith('%') ? ' %' : ''}`;
  const rates = `received ${rateText(received, state.units)}, sent ${rateText(sent, state.units)}${more}`;
  return `${row.node}: ${stateText(row) || rates}`;
}

/** What the table is sorted by; a name is no figure. */
function heatColumn({ sort }: PageState): FigureColumn {
  const [first] = columns;
  const found = columnOf(sort.column) ?? first;
  if (found === undefined) throw new Error('no columns');
  return found;
}

function moveFocus(event: KeyboardEvent, cells: readonly HTMLAnchorElement[]): void {
  const at = cells.findIndex((cell) => cell === document.activeElement);
  const here = cells[at];
  if (here === undefined) return;
  const across = cells.filter((cell) => cell.offsetTop === here.offsetTop).length;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: across,
    ArrowUp: -across,
    Home: -at,
    End: cells.length - 1 - at,
  };
  const next = cells[at + (steps[event.key] ?? Number.NaN)];
  if (next === undefined) return;
  event.preventDefault();
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
