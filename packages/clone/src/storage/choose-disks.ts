// Which disks a recipe may erase, and which disk each partition goes to. A disk is never guessed: a name must match
// exactly one, and a partition without a name needs a machine with exactly one disk to choose from.
import { didYouMean } from '@heorot/inventory';
import { type Finding, finding, type Place } from '../recipe/finding.ts';
import type { Recipe, RecipeCommand } from '../recipe/recipe.ts';
import { has, text } from '../recipe/settings.ts';
import { listOf } from '../recipe/value-problem.ts';
import { type Disk, describeDisk, disksNamed } from './disk.ts';

/** The disks a recipe leaves to choose from, by `ignoredisk`. */
export function candidates(recipe: Recipe, disks: readonly Disk[], findings: Finding[]): readonly Disk[] {
  let left = disks;
  for (const command of recipe.commands.filter(({ name }) => name === 'ignoredisk')) {
    const only = listOf(text(command, '--only-use') ?? '');
    const ignored = listOf(text(command, '--drives') ?? '');
    const named = (specs: readonly string[], mustExist: boolean): ReadonlySet<Disk> =>
      new Set(
        specs.flatMap((spec) => {
          const found = disksNamed(spec, disks);
          if (mustExist && found.length === 0) findings.push(unknownDisk(spec, disks, command.place));
          return found;
        }),
      );
    if (only.length > 0) {
      const kept = named(only, true);
      left = left.filter((disk) => kept.has(disk));
    }
    const dropped = named(ignored, false);
    left = left.filter((disk) => !dropped.has(disk));
  }
  return left;
}

/** The one disk that a name means, or the only candidate; `undefined` after saying why there is none. */
export function chooseDisk(
  spec: string | undefined,
  from: readonly Disk[],
  place: Place,
  findings: Finding[],
): Disk | undefined {
  const found = spec === undefined || spec === '' ? from : disksNamed(spec, from);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (spec !== undefined && spec !== '') {
    findings.push(
      found.length === 0
        ? unknownDisk(spec, from, place)
        : finding(
            place,
            'error',
            'disk-ambiguous',
            `'${spec}' means ${found.length} disks: ${found.map(describeDisk).join(', ')}`,
            'name one of them, best by serial=... or disk/by-id/...',
          ),
    );
  } else {
    findings.push(
      found.length === 0
        ? finding(place, 'error', 'disk-none', 'the machine has no disk that may be used')
        : finding(
            place,
            'error',
            'disk-not-chosen',
            `no disk is named, and there are ${found.length} to choose from: ${found.map(describeDisk).join(', ')}`,
            'choose by ignoredisk --only-use=NAME, or by --ondisk',
          ),
    );
  }
  return undefined;
}

/** Whether a recipe allows a disk to be erased, and the disk allows it too; says why not. */
export function checkErasable(disk: Disk, recipe: Recipe, place: Place, findings: Finding[]): void {
  if (disk.busy !== undefined) {
    findings.push(
      finding(
        place,
        'error',
        'disk-busy',
        `${describeDisk(disk)} is ${disk.busy}`,
        'free the disk first, or choose another',
      ),
    );
    return;
  }
  if (disk.contents === '') return;
  const clears = recipe.commands.filter(({ name }) => name === 'clearpart');
  if (clears.some((clear) => clearsDisk(clear, disk))) return;
  const half = clears.some((clear) => has(clear, '--linux') || has(clear, '--list'));
  findings.push(
    finding(
      place,
      'error',
      'disk-not-cleared',
      `${describeDisk(disk)} holds ${disk.contents}, and the recipe does not let it be erased`,
      half
        ? 'an image takes whole disks: write clearpart --all instead of --linux or --list'
        : `add clearpart --all --drives=${disk.name}`,
    ),
  );
}

function clearsDisk(clear: RecipeCommand, disk: Disk): boolean {
  const drives = listOf(text(clear, '--drives') ?? '');
  const whole = has(clear, '--all') && !has(clear, '--none') && !has(clear, '--list');
  return whole && (drives.length === 0 || drives.some((spec) => disksNamed(spec, [disk]).length > 0));
}

function unknownDisk(spec: string, disks: readonly Disk[], place: Place): Finding {
  return finding(
    place,
    'error',
    'disk-unknown',
    `no disk '${spec}'; there ${disks.length === 1 ? 'is' : 'are'} ${disks.map(describeDisk).join(', ') || 'none'}`,
    didYouMean(
      spec,
      disks.map(({ name }) => name),
    ),
  );
}
