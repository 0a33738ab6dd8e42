// A sync in words: what would change on each node, nodes alike together, and what has been done.
import { formatBytes } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { Image } from '../image/image-layout.ts';
import type { Changed } from './change-node.ts';
import type { Look } from './look-at-node.ts';

export type Outcome<Value> =
  | { readonly kind: 'done'; readonly node: string; readonly value: Value }
  | { readonly kind: 'failed'; readonly node: string; readonly why: string; readonly unreachable: boolean };

/** More paths than this are counted, not shown. */
const shown = 20;

export function anyChange({ plan, state }: Look, { name, descriptor }: Image): boolean {
  const { send, touch, remove } = plan;
  return (
    send.length + touch.length + remove.length + state.leftOver.length > 0 ||
    state.image !== `${name} ${descriptor.digest}`
  );
}

export function changeText({ plan }: Look): Readonly<Record<string, unknown>> {
  const paths = (entries: readonly { readonly path: string }[]): readonly string[] =>
    entries.map(({ path }) => path);
  return { send: paths(plan.send), touch: paths(plan.touch), remove: plan.remove, kept: plan.kept };
}

/** Nodes with the same changes stand together. */
export function lookLines(image: Image, looks: readonly Outcome<Look>[]): string {
  const groups = Map.groupBy(
    looks.flatMap((each) => (each.kind === 'done' ? [each] : [])),
    ({ value }) => describe(image, value).join('\n'),
  );
  return [...groups]
    .map(([text, each]) => `${NodeSet.from(each.map(({ node }) => node)).toString()}: ${text}\n`)
    .join('');
}

function describe(image: Image, look: Look): readonly string[] {
  const { plan, base, state } = look;
  const { send, touch, remove, kept } = plan;
  const from =
    base?.name ??
    (state.image === '' ? 'no known image' : `${state.image.split(' ')[0] ?? ''}, which is not in the store`);
  const bytes = send.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  const list = (mark: string, paths: readonly string[]): readonly string[] => [
    ...paths.slice(0, shown).map((path) => `  ${mark} ${path}`),
    ...(paths.length > shown ? [`  ${mark} and ${paths.length - shown} more`] : []),
  ];
  return [
    anyChange(look, image)
      ? `from ${from} to ${image.name}: ${send.length} to send (${formatBytes(bytes)}), ${touch.length} of other owner, mode or time, ${remove.length} to remove, ${kept.length} kept`
      : `is at ${image.name} already; ${kept.length} kept`,
    ...list(
      '~',
      send.map(({ path }) => path),
    ),
    ...list(
      '.',
      touch.map(({ path }) => path),
    ),
    ...list('-', remove),
    ...list(
      '=',
      kept.map(({ path, why }) => `${path} (${why})`),
    ),
    ...(send.some(({ path }) => /^boot\/vmlinu[xz]/.test(path))
      ? [
          '  the kernel is new: grub.cfg is of the node and stays; a new deployment or update-grub names the new one',
        ]
      : []),
  ];
}

export function resultText(
  image: Image,
  looks: readonly Outcome<Look>[],
  changes: readonly Outcome<Changed>[],
): string {
  const done = changes.flatMap((each) => (each.kind === 'done' ? [each] : []));
  if (done.length === 0) return changes.length === 0 ? '' : `${image.name}: on no node\n`;
  const sent = done.reduce((sum, { value }) => sum + value.sentBytes, 0);
  const fetched = done.reduce((sum, { value }) => sum + value.fetchedBytes, 0);
  const heard = looks.reduce((sum, each) => sum + (each.kind === 'done' ? each.value.bytes : 0), 0);
  return `${image.name}: on ${NodeSet.from(done.map(({ node }) => node)).toString()}; ${formatBytes(sent)} sent, ${fetched === 0 ? '' : `${formatBytes(fetched)} fetched, `}${formatBytes(heard)} received\n`;
}
