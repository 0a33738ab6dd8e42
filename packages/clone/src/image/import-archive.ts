// A tree that comes as an archive becomes an image: from a tar, the layers of an OCI image, or a program that makes one.
import { rm } from 'node:fs/promises';
import type { MachineFacts } from '../capture/machine-facts.ts';
import { cleanMembers } from './clean-members.ts';
import type { HygieneRule } from './hygiene-rules.ts';
import { labels } from './labels.ts';
import { nameTree } from './name-tree.ts';
import { newVersion } from './new-version.ts';
import { observeMembers } from './observe-members.ts';
import { asOnlyWriter, type WritableStore } from './open-store.ts';
import { openStaging } from './staging.ts';
import { type StoredTree, storeTree } from './store-tree.ts';
import type { TarMember } from './tar/tar-member.ts';

export interface ArchiveImport {
  readonly name: string;
  readonly source: string;
  readonly rules: readonly HygieneRule[];
  readonly included: readonly string[];
  readonly members: AsyncIterable<TarMember>;
}

export interface Imported {
  readonly name: string;
  readonly tree: StoredTree;
  readonly leftOut: readonly string[];
}

export async function importArchive(store: WritableStore, wish: ArchiveImport): Promise<Imported> {
  const name = newVersion(wish.name, store.names);
  return asOnlyWriter(store.layout, async () => {
    const staging = await openStaging(store.layout, `import-${process.pid}`);
    try {
      const leftOut: string[] = [];
      const observer = observeMembers();
      const clean = cleanMembers(wish.members, wish.rules, (path) => leftOut.push(path));
      const tree = await storeTree(store.layout, observer.through(clean), { staging });
      const recorded = recordedOf(observer.facts(), wish, leftOut);
      await nameTree(store, { name, machine: hostMachine(), tree, staging, labels: recorded });
      return { name, tree, leftOut };
    } finally {
      await rm(staging.folder, { recursive: true, force: true });
    }
  });
}

function recordedOf(
  { release, packages, answers }: MachineFacts,
  { source, included }: ArchiveImport,
  leftOut: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [
      [labels.source, source],
      [labels.created, new Date().toISOString()],
      [labels.release, release['PRETTY_NAME'] ?? ''],
      [labels.packages, packages.join('\n')],
      [labels.answers, answers.join('\n')],
      [labels.included, included.join('\n')],
      [labels.leftOut, leftOut.slice(0, 2000).join('\n')],
    ].filter(([, value]) => value !== ''),
  );
}

/** An archive does not say for which machine it is; that of the head is the likeliest. */
function hostMachine(): string {
  return process.arch === 'x64' ? 'x86_64' : process.arch === 'arm64' ? 'aarch64' : process.arch;
}
