// What is recorded of a captured machine, as labels of the image.
import { labels } from '../image/labels.ts';
import type { Captured } from './capture-tree.ts';
import { describeStillness, type Stillness } from './hold-still.ts';
import { storageRecipe } from './storage-recipe.ts';

/** Longer lists are cut: a label is no place for a file system. */
const longestList = 2000;

export interface CaptureWishes {
  readonly source: string;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly created: Date;
}

export function machineLabels(
  { facts, selection, stillness, changed }: Captured,
  { source, included, excluded, created }: CaptureWishes,
): Readonly<Record<string, string>> {
  const whole = facts.root === '/';
  return present({
    [labels.source]: source,
    [labels.created]: created.toISOString(),
    [labels.release]: facts.release['PRETTY_NAME'],
    [labels.packages]: facts.packages.join('\n'),
    [labels.answers]: facts.answers.join('\n'),
    [labels.included]: included.join('\n'),
    [labels.excluded]: excluded.join('\n'),
    [labels.leftOut]: selection.leftOut.slice(0, longestList).join('\n'),
    [labels.consistency]: consistencyOf(stillness, changed),
    ...(whole
      ? {
          [labels.kernel]: facts.kernel,
          [labels.firmware]: facts.firmware,
          [labels.storage]: storageRecipe(facts),
          [labels.fileSystems]: fileSystems(facts.disks),
        }
      : {}),
  });
}

function consistencyOf(stillness: readonly Stillness[], changed: readonly string[]): string {
  const meanwhile =
    changed.length === 0
      ? 'no file changed meanwhile'
      : `changed meanwhile: ${changed.slice(0, 100).join(' ')}`;
  return [...stillness.map(describeStillness), meanwhile].join('\n');
}

function fileSystems(disks: Captured['facts']['disks']): string {
  return disks
    .filter(({ FSTYPE = '' }) => FSTYPE !== '')
    .map(({ NAME, FSTYPE, LABEL, UUID, SIZE, MOUNTPOINT }) =>
      [NAME, FSTYPE, LABEL, UUID, SIZE, MOUNTPOINT].map((word) => word || '-').join(' '),
    )
    .join('\n');
}

function present(record: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, value] as const],
    ),
  );
}
