// Two answers as a unified diff (diff(1), "Unified Format"): three lines of context, hunks that touch are joined.
import { type Edit, editScript } from './edit-script.ts';

export interface DiffLine {
  readonly kind: 'hunk' | 'same' | 'removed' | 'added';
  readonly text: string;
}

const context = 3;

/** Lines are compared as they are, without their newline. Equal sequences give nothing. */
export function unifiedDiff(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const numbers = new Map<string, number>();
  const number = (line: string): number => {
    const known = numbers.get(line) ?? numbers.size;
    numbers.set(line, known);
    return known;
  };
  return hunksOf(editScript(a.map(number), b.map(number))).flatMap((edits) => renderHunk(edits, a, b));
}

/** Edits whose contexts overlap stand in one hunk. */
function hunksOf(edits: readonly Edit[]): Edit[][] {
  const hunks: Edit[][] = [];
  for (const edit of edits) {
    const last = hunks.at(-1);
    const previous = last?.at(-1);
    if (last !== undefined && previous !== undefined && edit.from - previous.to <= 2 * context)
      last.push(edit);
    else hunks.push([edit]);
  }
  return hunks;
}

function renderHunk(edits: readonly Edit[], a: readonly string[], b: readonly string[]): DiffLine[] {
  const first = edits[0];
  const last = edits.at(-1);
  if (first === undefined || last === undefined) return [];
  const lead = Math.min(context, first.from);
  const trail = Math.min(context, a.length - last.to);
  const body: DiffLine[] = [];
  let at = first.from - lead;
  for (const edit of edits) {
    for (const text of a.slice(at, edit.from)) body.push({ kind: 'same', text });
    for (const text of a.slice(edit.from, edit.to)) body.push({ kind: 'removed', text });
    for (const text of b.slice(edit.otherFrom, edit.otherTo)) body.push({ kind: 'added', text });
    at = edit.to;
  }
  for (const text of a.slice(at, at + trail)) body.push({ kind: 'same', text });
  const from = range(first.from - lead, last.to + trail);
  const to = range(first.otherFrom - lead, last.otherTo + trail);
  return [{ kind: 'hunk', text: `@@ -${from} +${to} @@` }, ...body];
}

/** `start,count`; the count is left out when it is 1, and an empty range names the line before it. */
function range(from: number, to: number): string {
  const count = to - from;
  if (count === 1) return `${from + 1}`;
  return count === 0 ? `${from},0` : `${from + 1},${count}`;
}
