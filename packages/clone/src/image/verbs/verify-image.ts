// The verb `image verify`: every byte against what was signed.
import { type CommandContext, ExitCode, formatBytes, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { verifyBlobs } from '../care-for-layout.ts';
import { readStore } from '../open-store.ts';

export async function verifyImages(
  operands: readonly string[],
  { json }: { readonly json: boolean },
  { env, stdout }: CommandContext,
): Promise<number> {
  const store = await readStore(env);
  const wanted = operands.length === 0 ? store.names : operands;
  const results = [];
  for (const name of wanted) results.push(await verify(store, name));
  if (json) await writeJson(stdout, results);
  else
    await writeAll(
      stdout,
      results
        .flatMap(({ image, problems, blobs, bytes }) => [
          ...problems.map((problem) => `${image}: ${problem}\n`),
          `${image}: ${problems.length === 0 ? `good: signature, ${blobs} blobs, ${formatBytes(bytes)}` : 'damaged'}\n`,
        ])
        .join(''),
    );
  return results.every(({ problems }) => problems.length === 0) ? ExitCode.ok : ExitCode.nodeFailed;
}

async function verify(
  store: Awaited<ReturnType<typeof readStore>>,
  name: string,
): Promise<{
  readonly image: string;
  readonly problems: readonly string[];
  readonly blobs: number;
  readonly bytes: number;
}> {
  try {
    const image = await store.read(name);
    const blobs = [image.manifest.config, ...image.manifest.layers];
    const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
    return {
      image: image.name,
      problems: await verifyBlobs(store.layout, image),
      blobs: blobs.length,
      bytes,
    };
  } catch (error) {
    if (!(error instanceof HeorotError) || error.code === 'image-unknown') throw error;
    return { image: name, problems: [error.message], blobs: 0, bytes: 0 };
  }
}
