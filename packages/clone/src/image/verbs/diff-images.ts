// The verb `image diff`: which files differ, and what a node must fetch to come from one to the other.
import { type CommandContext, ExitCode, formatBytes, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { type Change, diffManifests } from '../diff-manifests.ts';
import { labels } from '../labels.ts';
import { readStore } from '../open-store.ts';

const marks: Readonly<Record<Change['kind'], string>> = {
  added: '+',
  removed: '-',
  content: '~',
  metadata: '.',
};

export async function diffImages(
  operands: readonly string[],
  { json }: { readonly json: boolean },
  { env, stdout, theme }: CommandContext,
): Promise<number> {
  const [from, to, ...more] = operands;
  if (from === undefined || to === undefined || more.length > 0)
    throw new HeorotError('usage', 'two images are wanted', { hint: 'clone image diff base@1 base@2' });
  const store = await readStore(env);
  const [before, after] = [await store.read(from), await store.read(to)];
  const diff = diffManifests(before.files, after.files);
  const compressed = diff.fetchDigests.reduce(
    (sum, sha256) => sum + (after.fileBlobs.get(sha256)?.size ?? 0),
    0,
  );
  const packages = packageChanges(
    before.config.labels[labels.packages],
    after.config.labels[labels.packages],
  );
  if (json) {
    const changes = diff.changes.map(({ kind, path }) => ({ kind, path }));
    await writeJson(stdout, {
      from: before.name,
      to: after.name,
      changes,
      packages,
      fetchBytes: diff.fetchBytes,
      compressedBytes: compressed,
    });
  } else {
    const styles = {
      added: theme.stdout.added,
      removed: theme.stdout.removed,
      content: theme.stdout.warning,
      metadata: theme.stdout.dim,
    };
    for (const { kind, path } of diff.changes)
      await writeAll(stdout, `${styles[kind](`${marks[kind]} ${path || '.'}`)}\n`);
    for (const line of packages) await writeAll(stdout, `package ${line}\n`);
    await writeAll(
      stdout,
      `${countOf(diff.changes)}; new contents: ${formatBytes(diff.fetchBytes)}, compressed ${formatBytes(compressed)}\n`,
    );
  }
  return ExitCode.ok;
}

function countOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'the same files';
  const words = {
    added: 'added',
    removed: 'removed',
    content: 'changed',
    metadata: 'with other owner, mode or time',
  };
  return (['added', 'removed', 'content', 'metadata'] as const)
    .flatMap((kind) => {
      const count = changes.filter((change) => change.kind === kind).length;
      return count === 0 ? [] : [`${count} ${words[kind]}`];
    })
    .join(', ');
}

function packageChanges(before = '', after = ''): readonly string[] {
  const [old, fresh] = [new Set(before.split('\n')), new Set(after.split('\n'))];
  return [
    ...[...old].filter((line) => line !== '' && !fresh.has(line)).map((line) => `- ${line}`),
    ...[...fresh].filter((line) => line !== '' && !old.has(line)).map((line) => `+ ${line}`),
  ].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}
