// The second half of a sync: everything that is new beside its end first, then one rename a file.
import { type Shell, textOf } from '../capture/node-shell.ts';
import type { Image } from '../image/image-layout.ts';
import type { Look } from './look-at-node.ts';
import { applyScript, stageScript } from './scripts.ts';
import { operations, payload } from './sync-payload.ts';

export interface Change {
  readonly layout: string;
  readonly image: Image;
  readonly root: string;
  readonly owners: boolean;
}

/** @returns the bytes sent. @throws HeorotError of the node; before the first rename nothing of it has changed */
export async function changeNode(
  shell: Shell,
  { state, plan }: Look,
  { layout, image, root, owners }: Change,
): Promise<number> {
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  if (plan.send.length > 0)
    await textOf(
      shell.run(stageScript(root, state.packing), {
        input: counted(payload(layout, image, plan, state.packing)),
      }),
    );
  const done = operations(plan, state.leftOver, `${image.name} ${image.descriptor.digest}`, owners);
  await textOf(shell.run(applyScript(root), { input: counted(pieces(done)) }));
  return bytes;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
