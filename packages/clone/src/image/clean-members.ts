// An archive without what must not be in an image: for trees that come as an archive, of which nothing can be left out at its source.
import { fateBy, type HygieneRule } from './hygiene-rules.ts';
import type { TarMember } from './tar/tar-member.ts';

/** @param leftOut told of each path that is left out */
export async function* cleanMembers(
  members: AsyncIterable<TarMember>,
  rules: readonly HygieneRule[],
  leftOut: (path: string) => void,
): AsyncGenerator<TarMember> {
  const fate = fateBy(rules);
  const gone = new Set<string>();
  for await (const member of members) {
    const { entry } = member;
    const isBelow = [...parents(entry.path)].some((path) => gone.has(path));
    // Another name of what is left out holds the same bytes.
    const isOtherName = entry.type === 'hardlink' && gone.has(entry.target);
    if (isBelow || isOtherName || fate(entry.path) === 'absent') {
      gone.add(entry.path);
      if (!isBelow) leftOut(entry.path);
    } else if (entry.type === 'file' && fate(entry.path) === 'empty') {
      const { sparse: _, ...plain } = entry;
      yield { entry: { ...plain, size: 0 }, content: nothing() };
    } else yield member;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function* parents(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at);
}
