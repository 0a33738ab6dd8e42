// The page: puts the stream, the controls and the views together. What is shown stands in the address (#table, #node=n7), so
// that back, forward and bookmarks work.

import { rateText } from '../units/quantity.ts';
import { totalFigures } from '../view/total-figures.ts';
import { type ColumnName, columns } from './columns.ts';
import { byId, element, setAttribute, setText } from './element.ts';
import { createHeatmap } from './heatmap-view.ts';
import { createEvents, createSickLinks } from './list-views.ts';
import { type Connection, listenToServer } from './live-stream.ts';
import { createNodeView } from './node-view.ts';
import { initialState, shownFrame, type ViewName } from './page-state.ts';
import { nodeRows } from './rows.ts';
import { createTable } from './table-view.ts';
import { travelInTime } from './time-travel.ts';
import { clockText } from './times.ts';

const eventsKept = 500;
const state = initialState();
let connection: Connection = { kind: 'connecting' };
let failure = '';
let drawn = false;
let pressed = false;

const section = (name: ViewName) => byId(`view-${name}`, HTMLElement);
const failed = (why: string) => {
  failure = why.trim();
  changed();
};
const sortBy = (column: ColumnName) => {
  const descending = state.sort.column === column ? !state.sort.descending : column !== 'node';
  state.sort = { column, descending };
  byId('sort', HTMLSelectElement).value = column;
  changed();
};
const fold = (group: string) => {
  if (!state.folded.delete(group)) state.folded.add(group);
  changed();
};
const views: Readonly<Record<ViewName, () => void>> = {
  table: drawer(createTable(section('table'), { sortBy, fold })),
  heatmap: drawer(createHeatmap(section('heatmap'))),
  node: drawer(createNodeView(section('node'), failed)),
  sick: sickDrawer(),
  events: eventsDrawer(),
};

function drawer(view: { draw(shown: typeof state): void }): () => void {
  return () => view.draw(state);
}

function sickDrawer(): () => void {
  const list = createSickLinks(section('sick'));
  return () => list.draw(shownFrame(state)?.findings ?? []);
}

function eventsDrawer(): () => void {
  const list = createEvents(section('events'));
  return () => list.draw(state.moment === undefined ? state.liveEvents : state.pastEvents);
}

/** Draws once, before the next picture of the screen. */
function changed(): void {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => {
    drawn = false;
    if (!pressed) draw();
  });
}

/** A press and its release must meet the same element, or the browser makes no click of them: nothing is drawn in between. */
function holdStillForClicks(): void {
  document.addEventListener('pointerdown', ({ target }) => {
    pressed = target instanceof Element && target.closest('a, button') !== null;
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    document.addEventListener(end, () => {
      // The click comes after this.
      setTimeout(() => {
        pressed = false;
        changed();
      });
    });
  }
}

function draw(): void {
  const { hello, view, moment } = state;
  const title = hello?.title ?? 'netmon';
  setText(byId('title', HTMLElement), title);
  document.title = view === 'node' ? `${state.node} - ${title}` : title;
  setText(byId('summary', HTMLElement), summaryText());
  const place = byId('connection', HTMLElement);
  setText(place, failure || (moment === undefined ? connectionText(connection) : momentText(moment.atMs)));
  setAttribute(
    place,
    'data-kind',
    failure !== '' ? 'cut-off' : moment === undefined ? connection.kind : 'past',
  );
  const sick = shownFrame(state)?.findings.length ?? 0;
  setText(byId('sick-count', HTMLElement), sick === 0 ? '' : `(${sick})`);
  setText(byId('units', HTMLElement), state.units === 'bits' ? 'bit/s' : 'B/s');
  for (const name of Object.keys(views)) byId(`view-${name}`, HTMLElement).hidden = name !== view;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  setAttribute(document.body, 'data-view', view);
  views[view]();
}

function summaryText(): string {
  const frame = shownFrame(state);
  if (frame === undefined) return '';
  const rows = nodeRows(frame, undefined);
  const total = totalFigures(rows.map(({ figures }) => figures));
  const down = rows.filter(({ state: each }) => each === 'down').length;
  const rates = `rx ${rateText(total.received, state.units)}, tx ${rateText(total.sent, state.units)}`;
  return `${rows.length} nodes${down > 0 ? `, ${down} down` : ''}; ${rates}`;
}

/** Ten thousand nodes of a long recording take a while. */
function momentText(atMs: number): string {
  const there = state.past?.timeMs === atMs;
  return `${there ? 'as it was at' : 'reading what was at'} ${clockText(atMs)}`;
}

function connectionText(now: Connection): string {
  switch (now.kind) {
    case 'connecting':
      return 'connecting';
    case 'live':
      return 'live';
    case 'cut-off':
      return `cut off since ${clockText(now.sinceMs)}: what is shown is old; trying again`;
    case 'refused':
      break;
  }
  return 'the server wants another token: open the address that netmon serve printed';
}

/** `#node=n7`, `#heatmap` */
function readAddress(): void {
  const [name = '', node = ''] = location.hash.slice(1).split('=');
  const found = Object.keys(views).find((each) => each === name);
  state.view = isView(found) ? found : 'table';
  state.node = decoded(node);
  changed();
}

function isView(name: string | undefined): name is ViewName {
  return name !== undefined && name in views;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function listenToControls(): void {
  const filter = byId('filter', HTMLInputElement);
  filter.addEventListener('input', () => {
    state.filter = filter.value;
    changed();
  });
  const grouping = byId('grouping', HTMLSelectElement);
  grouping.addEventListener('change', () => {
    state.grouping = grouping.value;
    changed();
  });
  const sort = byId('sort', HTMLSelectElement);
  sort.append(element('option', { value: 'node' }, 'node'));
  sort.append(...columns.map(({ name, summary }) => element('option', { value: name }, summary)));
  sort.value = state.sort.column;
  sort.addEventListener('change', () => {
    const column = columns.find(({ name }) => name === sort.value)?.name ?? 'node';
    state.sort = { column, descending: column !== 'node' };
    changed();
  });
  byId('units', HTMLButtonElement).addEventListener('click', () => {
    state.units = state.units === 'bits' ? 'bytes' : 'bits';
    changed();
  });
  byId('controls', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
}

// The token has become a cookie: it need not stand in the address, in the history, on a picture of the screen.
if (location.search !== '') history.replaceState(null, '', `${location.pathname}${location.hash}`);
globalThis.addEventListener('hashchange', readAddress);
readAddress();
listenToControls();
holdStillForClicks();
travelInTime(state, changed, failed);
listenToServer({
  hello: (hello) => {
    if (state.hello === undefined) state.units = hello.units;
    state.hello = hello;
    // The server tells all that it has kept, after each time that it was away.
    state.liveEvents = [];
    const grouping = byId('grouping', HTMLSelectElement);
    grouping.replaceChildren(
      element('option', { value: '' }, 'nothing'),
      ...hello.groupings.map(({ name }) => element('option', { value: name }, name)),
    );
    grouping.value = state.grouping;
    byId('travel', HTMLElement).hidden = !hello.recording;
    changed();
  },
  frame: (frame) => {
    state.live = frame;
    changed();
  },
  events: (events) => {
    state.liveEvents = [...events.toReversed(), ...state.liveEvents].slice(0, eventsKept);
    changed();
  },
  connection: (now) => {
    connection = now;
    changed();
  },
});
