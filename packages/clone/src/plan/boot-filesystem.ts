// Which file system of a plan holds /boot: what a loader looks for.
import { readLines } from '../protocol/words.ts';

/** @param steps the lines of a stored plan. @returns the UUID; `undefined` for a plan that makes none */
export function bootFileSystem(steps: string): string | undefined {
  const lines = readLines(steps);
  const mounted = (path: string): string | undefined =>
    lines.find(([kind, , at]) => kind === 'mount' && at === path)?.[1];
  const device = mounted('/boot') ?? mounted('/');
  const made = lines.find(
    ([kind, name]) => (kind === 'filesystem' || kind === 'btrfs') && name === device && device !== undefined,
  );
  return made?.[0] === 'btrfs' ? made[2] : made?.[3];
}
