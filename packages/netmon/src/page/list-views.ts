// The sick links and the events: plain tables, made anew when they change.
import type { Frame, WireEvent } from '../serve/wire.ts';
import { element } from './element.ts';
import { nodeLink } from './node-link.ts';
import { clockText } from './times.ts';

export interface ListView<Item> {
  draw(items: readonly Item[]): void;
}

export function createSickLinks(section: HTMLElement): ListView<Frame['findings'][number]> {
  return createList(section, {
    headings: ['Sure', 'Link', 'Why', 'What to check'],
    empty: 'no link is sick, as far as ten samples tell',
    cells: ({ severity, node, link, why, check }) => [
      severityMeter(severity),
      element('span', {}, nodeLink(node), link === null ? '' : ` ${link}`),
      why,
      check,
    ],
  });
}

export function createEvents(section: HTMLElement): ListView<WireEvent> {
  return createList(section, {
    headings: ['Time', 'Node', 'Event', 'Detail'],
    empty: 'nothing has happened',
    cells: ({ timeMs, node, event, detail }) => [clockText(timeMs), nodeLink(node), event, detail],
  });
}

interface ListOptions<Item> {
  readonly headings: readonly string[];
  readonly empty: string;
  readonly cells: (item: Item) => readonly (Node | string)[];
}

function createList<Item>(
  section: HTMLElement,
  { headings, empty, cells }: ListOptions<Item>,
): ListView<Item> {
  const body = element('tbody');
  const head = element('tr', {}, ...headings.map((text) => element('th', { scope: 'col' }, text)));
  const table = element('table', { class: 'list' }, element('thead', {}, head), body);
  const nothing = element('p', { class: 'empty' }, empty);
  section.append(table, nothing);
  let drawn = '';
  return {
    draw(items) {
      const next = JSON.stringify(items);
      if (next === drawn) return;
      drawn = next;
      table.hidden = items.length === 0;
      nothing.hidden = items.length > 0;
      body.replaceChildren(
        ...items.map((item) =>
          element(
            'tr',
            {},
            ...cells(item).map((cell, at) => element('td', { 'data-heading': headings[at] }, cell)),
          ),
        ),
      );
    },
  };
}

function severityMeter(severity: number): HTMLElement {
  const text = String(Math.round(severity));
  return element(
    'span',
    { class: 'severity' },
    element('meter', { min: 0, max: 100, value: severity, 'aria-hidden': 'true' }),
    text,
  );
}
