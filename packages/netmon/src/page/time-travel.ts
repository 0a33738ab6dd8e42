// Back in time: a span of the recording, and a slider over it. Asks for the moment that was chosen last, never for all that were
// passed over.
import type { PastFrame, RecordedSpan } from '../serve/wire.ts';
import { byId, setText } from './element.ts';
import type { PageState } from './page-state.ts';
import { clockText, inputTime } from './times.ts';

/** @param changed told after the state was changed */
export function travelInTime(state: PageState, changed: () => void, failed: (why: string) => void): void {
  const panel = byId('travel', HTMLDetailsElement);
  const [from, to, slider] = [
    byId('from', HTMLInputElement),
    byId('to', HTMLInputElement),
    byId('moment', HTMLInputElement),
  ];
  const text = byId('moment-text', HTMLOutputElement);
  const length = byId('span', HTMLSelectElement);
  let asking: AbortController | undefined;
  let recorded: RecordedSpan = null;

  const chosen = () => {
    const [fromMs, toMs] = [Date.parse(from.value), Date.parse(to.value)];
    const atMs = Math.round(fromMs + ((toMs - fromMs) * Number(slider.value)) / Number(slider.max));
    // The inputs have whole seconds; after the last reading there is nothing to see.
    return { fromMs, toMs, atMs: Math.min(atMs, Math.max(fromMs, recorded?.toMs ?? atMs)) };
  };
  const goThere = async () => {
    const moment = chosen();
    if (!(moment.toMs > moment.fromMs)) return failed('from must be before to');
    asking?.abort();
    asking = new AbortController();
    state.moment = moment;
    setText(text, clockText(moment.atMs));
    slider.setAttribute('aria-valuetext', clockText(moment.atMs));
    changed();
    try {
      const answer = await fetch(`api/at?time=${moment.atMs}`, { signal: asking.signal });
      if (!answer.ok) throw new Error(await answer.text());
      const past: PastFrame = await answer.json();
      if (state.moment !== moment) return;
      state.past = past.frame;
      state.pastEvents = past.events.toReversed();
      failed('');
      changed();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) {
        failed(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const open = async () => {
    const answer = await fetch('api/recorded');
    const { span }: { span: RecordedSpan } = await answer.json();
    if (span === null) return failed('nothing is recorded yet');
    recorded = span;
    slider.value = slider.max;
    return await show(length.value);
  };
  /** The last so many ms of what is recorded, all of it, or what the inputs say. */
  const show = async (wanted: string) => {
    for (const label of panel.querySelectorAll<HTMLElement>('.chosen')) label.hidden = wanted !== 'chosen';
    if (wanted !== 'chosen' && recorded !== null) {
      const firstMs = Math.floor(recorded.fromMs / 1000) * 1000;
      const toMs = Math.ceil(recorded.toMs / 1000) * 1000;
      from.value = inputTime(wanted === 'all' ? firstMs : Math.max(firstMs, toMs - Number(wanted)));
      to.value = inputTime(toMs);
    }
    await goThere();
  };
  const backToNow = () => {
    asking?.abort();
    state.moment = undefined;
    state.past = undefined;
    panel.open = false;
    failed('');
    changed();
  };

  panel.addEventListener('toggle', () => {
    if (panel.open) void open().catch((error: unknown) => failed(String(error)));
    else backToNow();
  });
  length.addEventListener('change', () => void show(length.value));
  for (const input of [from, to]) input.addEventListener('change', () => void goThere());
  let waiting = 0;
  slider.addEventListener('input', () => {
    setText(text, clockText(chosen().atMs));
    clearTimeout(waiting);
    waiting = setTimeout(() => void goThere(), 120);
  });
  byId('now', HTMLButtonElement).addEventListener('click', backToNow);
}
