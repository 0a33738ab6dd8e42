// The line at the top while something is typed into it: a filter, names of interfaces, or a time.
import type { Key } from '../screen/key-decoder.ts';
import type { Pressed } from './press-key.ts';
import { noFilter, type ViewState } from './scene.ts';

type Editing = NonNullable<ViewState['editing']>;

export function editLine(view: ViewState, editing: Editing, key: Key): Pressed {
  const typed = (text: string): Pressed => ({ view: { ...view, editing: { ...editing, text } }, wish: null });
  if (key.kind === 'text') return typed(editing.text + key.text);
  if (key.name === 'backspace') return typed(Array.from(editing.text).slice(0, -1).join(''));
  if (key.name === 'erase-line') return typed('');
  if (key.name === 'escape') return { view: { ...view, editing: null }, wish: null };
  if (key.name === 'enter')
    return take({ ...view, editing: null, top: 0 }, editing.what, editing.text.trim());
  return { view, wish: null };
}

function take(view: ViewState, what: Editing['what'], text: string): Pressed {
  if (what === 'time') return { view, wish: text === '' ? null : { kind: 'jump', text } };
  if (what === 'interfaces') return { view: { ...view, interfaces: text }, wish: null };
  const filter = { ...noFilter, text };
  return { view: { ...view, filter }, wish: isNodeSet(text) ? 'find-filter-nodes' : null };
}

/** Brackets, groups and operators are the signs of a node set; what has none of them is looked for as text. */
function isNodeSet(text: string): boolean {
  return /[[\]@,!&^*]/.test(text);
}
