// Back in time: from, to, and a slider between them. Asks for the moment that was chosen last, never for all that were
// passed over.
import type { PastFrame, RecordedSpan } from '../serve/wire.ts';
import { byId, setText } from './element.ts';
import type { PageState } from './page-state.ts';
import { clockText, inputTime } from './times.ts';

const hourMs = 3_600_000;

/** @param changed told after the state was changed */
export function travelInTime(state: PageState, changed: () => void, failed: (why: string) => void): void {
  const panel = byId('travel', HTMLDetailsElement);
  const [from, to, slider] = [
    byId('from', HTMLInputElement),
    byId('to', HTMLInputElement),
    byId('moment', HTMLInputElement),
  ];
  const text = byId('moment-text', HTMLOutputElement);
  let asking: AbortController | undefined;
  /** The inputs have whole seconds; after the last reading there is nothing to see. */
  let lastMs = Number.POSITIVE_INFINITY;

  const chosen = () => {
    const [fromMs, toMs] = [Date.parse(from.value), Date.parse(to.value)];
    const atMs = Math.round(fromMs + ((toMs - fromMs) * Number(slider.value)) / Number(slider.max));
    return { fromMs, toMs, atMs: Math.min(atMs, Math.max(fromMs, lastMs)) };
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
    lastMs = span.toMs;
    const toMs = Math.ceil(span.toMs / 1000) * 1000;
    from.value = inputTime(Math.max(Math.floor(span.fromMs / 1000) * 1000, toMs - hourMs));
    to.value = inputTime(toMs);
    slider.value = slider.max;
    return await goThere();
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
  for (const input of [from, to]) input.addEventListener('change', () => void goThere());
  let waiting = 0;
  slider.addEventListener('input', () => {
    setText(text, clockText(chosen().atMs));
    clearTimeout(waiting);
    waiting = setTimeout(() => void goThere(), 120);
  });
  byId('now', HTMLButtonElement).addEventListener('click', backToNow);
}
