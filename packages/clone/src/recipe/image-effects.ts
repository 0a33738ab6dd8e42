// What an image deployment makes of each line: honoured, refused with advice, or without effect.
import { type Finding, finding, type Place } from './finding.ts';
import type { Recipe } from './recipe.ts';
import { factsOf } from './tables/all-commands.ts';

/** Findings for all that is not honoured: `refused-in-image` (error) and `no-effect` (info). */
export function imageEffects({ commands, sections }: Recipe): readonly Finding[] {
  return [...commands, ...sections].flatMap(({ name, place, arguments: { options } }) => [
    ...effectOf(name, place),
    ...partialEffects(name, new Set(options.keys()), place),
  ]);
}

function effectOf(name: string, place: Place): readonly Finding[] {
  const effect = factsOf(name)?.inImage;
  if (effect === undefined || effect.kind === 'honoured') return [];
  if (effect.kind === 'no-effect')
    return [
      finding(place, 'info', 'no-effect', `${name} has no effect in an image deployment: ${effect.why}`),
    ];
  const message = `${name} is refused in an image deployment: ${effect.why}`;
  return [finding(place, 'error', 'refused-in-image', message, effect.advice)];
}

/** Options of honoured commands that speak of disks as they are now, or of packages. */
const unsupported: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  part: {
    '--onpart': 'partitions are made anew',
    '--noformat': 'file systems are made anew',
    '--resize': 'partitions are made anew',
    '--onbiosdisk': 'the numbers a BIOS gives to disks are not known: name the disk with --ondisk',
  },
  logvol: {
    '--cachesize': 'caches of LVM are not made: leave it out, or make the cache in %post',
    '--cachepvs': 'caches of LVM are not made: leave it out, or make the cache in %post',
    '--cachemode': 'caches of LVM are not made: leave it out, or make the cache in %post',
    '--useexisting': 'volumes are made anew',
    '--noformat': 'file systems are made anew',
    '--resize': 'volumes are made anew',
  },
  volgroup: { '--useexisting': 'volumes are made anew', '--noformat': 'volumes are made anew' },
  raid: { '--useexisting': 'RAIDs are made anew', '--noformat': 'RAIDs are made anew' },
  btrfs: { '--useexisting': 'file systems are made anew', '--noformat': 'file systems are made anew' },
};

function partialEffects(name: string, options: ReadonlySet<string>, place: Place): readonly Finding[] {
  return Object.entries(unsupported[name] ?? {})
    .filter(([option]) => options.has(option))
    .map(([option, why]) =>
      finding(
        place,
        'error',
        'refused-in-image',
        `${name} ${option} is refused in an image deployment: ${why}`,
      ),
    );
}
