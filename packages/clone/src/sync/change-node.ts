// The second half of a sync: everything that is new beside its end first, then one rename a file. New files come from an HTTP server
// that the node can reach, or over ssh.
import { type Shell, textOf } from '../capture/node-shell.ts';
import type { FileEntry } from '../image/file-entry.ts';
import type { Image } from '../image/image-layout.ts';
import { type FetchedFile, fetchScript, fetchWords, notFetched } from './fetch-script.ts';
import type { Look } from './look-at-node.ts';
import { applyScript, stageScript } from './scripts.ts';
import { operations, payload, stagedNames } from './sync-payload.ts';

export interface Change {
  readonly layout: string;
  readonly image: Image;
  readonly root: string;
  readonly owners: boolean;
  /** Where nodes fetch new files; `undefined`: all goes over ssh. */
  readonly from: string | undefined;
}

export interface Changed {
  /** Over ssh. */
  readonly sentBytes: number;
  /** By the node itself. */
  readonly fetchedBytes: number;
  /** Why what it was to fetch went over ssh. */
  readonly notFetched: string | undefined;
}

/** @throws HeorotError of the node; before the first rename nothing of it has changed */
export async function changeNode(shell: Shell, { state, plan }: Look, change: Change): Promise<Changed> {
  const { layout, image, root, owners, from } = change;
  const staged = stagedNames(plan.send);
  let sentBytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      sentBytes += chunk.byteLength;
      yield chunk;
    }
  }
  const send = async (entries: readonly FileEntry[]): Promise<void> => {
    if (entries.length === 0) return;
    const input = counted(payload(layout, image, entries, staged, state.packing));
    await textOf(shell.run(stageScript(root, state.packing), { input }));
  };
  const fetched = from === undefined ? [] : fetchable(plan.send, image, staged);
  const byNode = new Set<FileEntry>(fetched.map(({ entry }) => entry));
  // Folders before what is in them; second names when the first are there.
  await send(plan.send.filter((entry) => !byNode.has(entry) && entry.type !== 'hardlink'));
  const why =
    from === undefined
      ? undefined
      : await fetchOnNode(shell, fetchScript(root, from), fetched, owners, counted);
  await send(
    plan.send.filter((entry) => entry.type === 'hardlink' || (why !== undefined && byNode.has(entry))),
  );
  const done = operations(plan, state.leftOver, `${image.name} ${image.descriptor.digest}`, owners);
  await textOf(shell.run(applyScript(root), { input: counted(pieces(done)) }));
  const blobs = new Map(fetched.map(({ blob }) => [blob.digest, blob.size]));
  const fetchedBytes = why === undefined ? [...blobs.values()].reduce((sum, size) => sum + size, 0) : 0;
  return { sentBytes, fetchedBytes, notFetched: why };
}

/** Attributes only tar sets: such files are few, and go with it. */
function fetchable(
  send: readonly FileEntry[],
  { fileBlobs }: Image,
  staged: ReadonlyMap<string, string>,
): readonly FetchedFile[] {
  return send.flatMap((entry) => {
    if (entry.type !== 'file' || entry.attributes.length > 0) return [];
    const [blob, at] = [fileBlobs.get(entry.sha256), staged.get(entry.path)];
    return blob === undefined || at === undefined ? [] : [{ entry, at, blob }];
  });
}

/** @returns why it could not, when it could not. */
async function fetchOnNode(
  shell: Shell,
  script: string,
  files: readonly FetchedFile[],
  owners: boolean,
  counted: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  let code = 0;
  let words = '';
  const input = counted(pieces(fetchWords(files, owners)));
  const run = shell.run(script, {
    input,
    accept: [0, notFetched],
    said: (text, ended) => {
      words = text.trim().split('\n').at(-1) ?? '';
      code = ended;
    },
  });
  await textOf(run);
  return code === 0 ? undefined : words === '' ? 'not all could be fetched' : words;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
