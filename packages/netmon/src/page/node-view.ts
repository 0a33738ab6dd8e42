// One node: how it stands, its chart, its interfaces. Asks the server itself while it is shown.
import type { History, NodeDetail, WireInterface } from '../serve/wire.ts';
import { percent, rateText, shortNumber, speedText, type Units } from '../units/quantity.ts';
import { createChart } from './chart.ts';
import { columns } from './columns.ts';
import { element, setText } from './element.ts';
import { stateText } from './node-link.ts';
import { type PageState, shownFrame } from './page-state.ts';
import { nodeRows } from './rows.ts';
import { durationText } from './times.ts';

export interface NodeView {
  draw(state: PageState): void;
}

const headings = [
  'interface',
  'state',
  'speed',
  'duplex',
  'driver',
  'rx',
  'tx',
  'pkt/s',
  'err/s',
  'drop/s',
  '% link',
];

/** @param failed told what went wrong, empty when it is well again */
export function createNodeView(section: HTMLElement, failed: (why: string) => void): NodeView {
  const name = element('h2');
  const stands = element('p', { class: 'state' });
  const figures = element('dl', { class: 'figures' });
  const place = element('div', { class: 'chart' });
  const note = element('p', { class: 'note' });
  const body = element('tbody');
  const head = element('tr', {}, ...headings.map((text) => element('th', { scope: 'col' }, text)));
  const interfaces = element('table', { class: 'interfaces' }, element('thead', {}, head), body);
  const scroller = element(
    'div',
    { class: 'wide-table', tabindex: 0, role: 'region', 'aria-label': 'Interfaces' },
    interfaces,
  );
  section.append(
    element('a', { href: '#table', class: 'back' }, 'All nodes'),
    name,
    stands,
    figures,
    place,
    note,
    scroller,
  );
  const chart = createChart(place);
  let asking = false;
  let asked = '';
  let shown: History | undefined;

  const ask = async (state: PageState) => {
    const { node } = state;
    const address = addressOf(state);
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(await answer.text());
      const detail: NodeDetail | History = await answer.json();
      asked = address;
      failed('');
      if (state.node === node && addressOf(state).split('?')[0] === address.split('?')[0]) {
        const live = 'history' in detail;
        shown = live ? detail.history : detail;
        drawChart(state);
        scroller.hidden = !live;
        body.replaceChildren(
          ...(live ? detail.interfaces.map((each) => interfaceRow(each, state.units)) : []),
        );
      }
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error));
    } finally {
      asking = false;
    }
    // Another node or moment was chosen meanwhile.
    if (state.view === 'node' && addressOf(state) !== address) await ask(state);
  };

  const drawChart = ({ units, moment }: PageState) => {
    if (shown === undefined) return;
    chart.draw(shown, units, moment?.atMs);
    setText(note, noteOf(shown));
  };

  return {
    draw(state) {
      const frame = shownFrame(state);
      const row =
        frame === undefined ? undefined : nodeRows(frame, undefined).find(({ node }) => node === state.node);
      setText(name, state.node);
      setText(stands, row === undefined ? 'there is no such node' : stateText(row));
      figures.replaceChildren(
        ...columns.flatMap(({ name: figure, title, text }) =>
          row === undefined
            ? []
            : [
                element(
                  'div',
                  {},
                  element('dt', {}, title(state.units)),
                  element('dd', {}, text(row.figures[figure], state.units)),
                ),
              ],
        ),
      );
      // The slider and the units change what stands there already.
      if (state.moment !== undefined && addressOf(state) === asked) drawChart(state);
      else if (row !== undefined) void ask(state);
    },
  };
}

/** `a point every 2 min, made of minutes` */
function noteOf({ stepMs, resolution }: History): string {
  return `a point every ${durationText(stepMs)}, made of ${resolution}; dotted: the most within`;
}

function addressOf({ node, moment }: PageState): string {
  const query = new URLSearchParams({ node });
  if (moment === undefined) return `api/node?${query}`;
  query.set('from', String(moment.fromMs));
  query.set('to', String(moment.toMs));
  return `api/history?${query}`;
}

function interfaceRow(each: WireInterface, units: Units): HTMLElement {
  const cells = [
    each.state ?? '-',
    speedText(each.speedMbit),
    each.duplex ?? '-',
    each.driver ?? '-',
    rateText(each.received, units),
    rateText(each.sent, units),
    shortNumber(each.packets),
    shortNumber(each.errors),
    shortNumber(each.drops),
    percent(each.utilisation),
  ];
  const title = each.counted ? 'one of those that the node is the sum of' : undefined;
  const name = element('th', { scope: 'row', title }, `${each.name}${each.counted ? ' *' : ''}`);
  return element('tr', {}, name, ...cells.map((text) => element('td', {}, text)));
}
