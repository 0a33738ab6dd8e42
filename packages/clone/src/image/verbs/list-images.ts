// The verb `image list`.
import { type CommandContext, ExitCode, formatBytes, renderTable, writeAll, writeJson } from '@heorot/cli';
import { labels } from '../labels.ts';
import { readStore } from '../open-store.ts';

export async function listStoredImages(
  { json }: { readonly json: boolean },
  { env, stdout }: CommandContext,
): Promise<number> {
  const store = await readStore(env);
  const images = await Promise.all(
    store.names.map(async (name) => {
      const { descriptor, layer, files, config } = await store.read(name);
      return {
        image: name,
        created: config.labels[labels.created] ?? '',
        bytes: files.reduce((sum, file) => sum + (file.type === 'file' ? file.size : 0), 0),
        layerBytes: layer.size,
        source: config.labels[labels.source] ?? '',
        release: config.labels[labels.release] ?? '',
        digest: descriptor.digest,
      };
    }),
  );
  if (json) await writeJson(stdout, images);
  else if (images.length === 0) await writeAll(stdout, 'no images yet: clone capture NODE --name base\n');
  else {
    const rows = images.map(({ image, created, bytes, layerBytes, source, release }) => [
      image,
      created.slice(0, 16).replace('T', ' '),
      formatBytes(bytes),
      formatBytes(layerBytes),
      source,
      release,
    ]);
    const columns = [
      { title: 'image' },
      { title: 'made (UTC)' },
      { title: 'files', align: 'right' },
      { title: 'layer', align: 'right' },
      { title: 'from' },
      { title: 'release' },
    ] as const;
    await writeAll(stdout, `${renderTable(columns, rows).join('\n')}\n`);
  }
  return ExitCode.ok;
}
