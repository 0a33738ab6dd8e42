// Writes keys that a person has agreed to into known_hosts files.
import {
  appendKnownHosts,
  formatKnownHostLine,
  nameOf,
  type ResolvedTarget,
  replaceKnownHost,
} from '@heorot/fanout';
import type { JudgedKey } from './judge-keys.ts';

/** Keys of one node that go into one file. */
export interface Recording {
  readonly file: string;
  readonly hash: boolean;
  readonly keys: readonly JudgedKey[];
}

/** New keys are added; with `replace`, a host whose key has changed is recorded anew with all keys it shows. */
export function planRecordings(
  scanned: readonly { readonly target: ResolvedTarget; readonly keys: readonly JudgedKey[] }[],
  replace: boolean,
): { readonly additions: readonly Recording[]; readonly replacements: readonly Recording[] } {
  const additions: Recording[] = [];
  const replacements: Recording[] = [];
  for (const { target, keys } of scanned) {
    const [file] = target.knownHostsFiles;
    if (file === undefined || keys.some(({ verdict }) => verdict.kind === 'revoked')) continue;
    const recording = (chosen: readonly JudgedKey[]) => ({ file, hash: target.hashKnownHosts, keys: chosen });
    const fresh = keys.filter(({ verdict }) => verdict.kind === 'new');
    if (keys.some(({ verdict }) => verdict.kind === 'changed')) {
      if (replace) replacements.push(recording(keys));
    } else if (fresh.length > 0) {
      additions.push(recording(fresh));
    }
  }
  return { additions, replacements };
}

export async function record(plan: ReturnType<typeof planRecordings>): Promise<void> {
  const files = Map.groupBy(plan.additions, ({ file }) => file);
  for (const [file, recordings] of files) appendKnownHosts(file, recordings.map(linesOf).join(''));
  for (const recording of plan.replacements) {
    const names = recording.keys.slice(0, 1).map(({ host }) => nameOf(host));
    await replaceKnownHost(recording.file, names, linesOf(recording));
  }
}

function linesOf({ keys, hash }: Recording): string {
  return keys.map(({ host, key }) => formatKnownHostLine([nameOf(host)], key, { hash })).join('');
}
