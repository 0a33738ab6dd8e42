// The table. Only the rows in sight are in the document, so that ten thousand nodes are as quick as ten; what is above and
// below is two empty rows of the right height.
import type { ColumnName } from './columns.ts';
import { columns } from './columns.ts';
import { element, setAttribute, setText } from './element.ts';
import { nodeLink, stateText } from './node-link.ts';
import { chosenGroups, type PageState, shownFrame } from './page-state.ts';
import { type Row, rowsOf } from './rows.ts';

export interface TableView {
  draw(state: PageState): void;
}

export interface TableChoices {
  readonly sortBy: (column: ColumnName) => void;
  readonly fold: (group: string) => void;
}

const spareRows = 8;

export function createTable(section: HTMLElement, choices: TableChoices): TableView {
  const headings = new Map<ColumnName, { readonly cell: HTMLElement; readonly button: HTMLElement }>();
  const head = element('tr', { 'aria-rowindex': 1 });
  for (const name of ['node', ...columns.map((column) => column.name)] as const) {
    const column = columns.find((each) => each.name === name);
    const button = element('button', { type: 'button', title: column?.summary ?? 'by name' });
    button.addEventListener('click', () => choices.sortBy(name));
    const cell = element('th', { scope: 'col', class: column && `p${column.priority}` }, button);
    head.append(cell);
    headings.set(name, { cell, button });
  }
  const body = element('tbody');
  const table = element('table', { class: 'nodes' }, element('thead', {}, head), body);
  const scroller = element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Nodes' },
    table,
  );
  const empty = element('p', { class: 'empty', hidden: true }, 'no node is like that');
  section.append(scroller, empty);

  let rows: readonly Row[] = [];
  let last: PageState | undefined;
  const drawRows = () => {
    if (last === undefined) return;
    const height = rowHeight(scroller);
    const first = Math.max(0, Math.floor(scroller.scrollTop / height) - spareRows);
    const count = Math.ceil(scroller.clientHeight / height) + 2 * spareRows;
    const shown = rows.slice(first, first + count);
    const focus = focusedRow(body);
    body.replaceChildren(
      spacer(first * height),
      ...shown.map((row, at) => tableRow(row, first + at + 2, last, choices)),
      spacer((rows.length - first - shown.length) * height),
    );
    if (focus !== undefined) restoreFocus(body, focus);
  };
  scroller.addEventListener('scroll', () => requestAnimationFrame(drawRows), { passive: true });

  return {
    draw(state) {
      const frame = shownFrame(state);
      last = state;
      const { filter, sort, folded, units } = state;
      rows = frame === undefined ? [] : rowsOf(frame, { filter, sort, groups: chosenGroups(state), folded });
      for (const [name, { cell, button }] of headings) {
        const column = columns.find((each) => each.name === name);
        const sorted = name === sort.column ? (sort.descending ? 'descending' : 'ascending') : 'none';
        setAttribute(cell, 'aria-sort', sorted);
        setText(button, column?.title(units) ?? 'node');
      }
      setAttribute(table, 'aria-rowcount', String(rows.length + 1));
      empty.hidden = frame === undefined || rows.length > 0;
      drawRows();
    },
  };
}

function tableRow(row: Row, index: number, state: PageState | undefined, choices: TableChoices): HTMLElement {
  const made = element('tr', { 'aria-rowindex': index, class: row.kind });
  const units = state?.units ?? 'bits';
  if (row.kind === 'group') {
    const open = state?.folded.has(row.group) === false;
    const text = `${row.group}: ${row.nodes} nodes${row.down > 0 ? `, ${row.down} down` : ''}`;
    const button = element(
      'button',
      { type: 'button', 'aria-expanded': String(open), 'data-key': row.group },
      text,
    );
    button.addEventListener('click', () => choices.fold(row.group));
    made.append(element('th', { scope: 'rowgroup' }, button));
  } else {
    made.classList.add(row.state);
    made.append(element('th', { scope: 'row' }, nodeLink(row.node)));
    const text = stateText(row);
    if (row.state === 'down' || row.figures.age === null) {
      made.append(element('td', { colspan: columns.length, class: 'state' }, text));
      return made;
    }
    if (text !== '') made.title = text;
  }
  for (const { name, text, notice, priority } of columns) {
    const value = row.figures[name];
    const noticed = value === null ? '' : notice(value);
    made.append(element('td', { class: `number p${priority} ${noticed}` }, text(value, units)));
  }
  return made;
}

function spacer(height: number): HTMLElement {
  const made = element('tr', { class: 'spacer', 'aria-hidden': 'true' });
  made.style.height = `${height}px`;
  return made;
}

function rowHeight(scroller: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(scroller).getPropertyValue('--row')) || 32;
}

/** Rows are made anew once a second: who had come to one with the keyboard must not be thrown out. */
function focusedRow(body: HTMLElement): string | undefined {
  const active = document.activeElement;
  return active instanceof HTMLElement && body.contains(active) ? active.dataset['key'] : undefined;
}

function restoreFocus(body: HTMLElement, key: string): void {
  for (const each of body.querySelectorAll<HTMLElement>('[data-key]')) {
    if (each.dataset['key'] === key) return each.focus({ preventScroll: true });
  }
}
