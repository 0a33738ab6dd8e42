// The verb `image show`: what is recorded with an image, and on request its files.
import { type CommandContext, ExitCode, formatBytes, neutralise, writeAll, writeJson } from '@heorot/cli';
import { writeManifest } from '../file-manifest.ts';
import type { Image } from '../image-layout.ts';
import { labels } from '../labels.ts';
import { readStore } from '../open-store.ts';
import { oneName } from './one-name.ts';

export interface ShowFlags {
  readonly files: boolean;
  readonly packages: boolean;
  readonly json: boolean;
}

export async function showImage(
  operands: readonly string[],
  flags: ShowFlags,
  { env, stdout }: CommandContext,
): Promise<number> {
  const store = await readStore(env);
  const image = await store.read(oneName(operands, 'clone image show base'));
  const { config, files, descriptor, layer } = image;
  if (flags.json) {
    const recorded = Object.fromEntries(
      Object.entries(config.labels).map(([key, value]) => [
        key,
        value.includes('\n') ? value.split('\n') : value,
      ]),
    );
    const document = { image: image.name, digest: descriptor.digest, layer, recorded };
    await writeJson(stdout, flags.files ? { ...document, files } : document);
  } else if (flags.files) await writeAll(stdout, writeManifest(files));
  else if (flags.packages)
    await writeAll(stdout, `${config.labels[labels.packages] ?? 'no packages are recorded'}\n`);
  else await writeAll(stdout, neutralise(Buffer.from(`${describe(image).join('\n')}\n`)));
  return ExitCode.ok;
}

function describe({ name, descriptor, layer, files, config, fileBlobs }: Image): readonly string[] {
  const of = (key: keyof typeof labels): readonly string[] =>
    (config.labels[labels[key]] ?? '').split('\n').filter((line) => line !== '');
  const bytes = files.reduce((sum, file) => sum + (file.type === 'file' ? file.size : 0), 0);
  const block = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
  const count = (title: string, lines: readonly string[], how: string): readonly string[] =>
    lines.length === 0 ? [] : [`${title}: ${lines.length}${how}`];
  return [
    `${name} ${descriptor.digest}`,
    ...(['source', 'created', 'release', 'kernel', 'firmware', 'consistency'] as const).flatMap((key) =>
      of(key).map((line) => `${key}: ${line}`),
    ),
    `files: ${files.length} entries, ${formatBytes(bytes)}; ${fileBlobs.size} contents; layer ${formatBytes(layer.size)}`,
    ...count('packages', of('packages'), '; see them with --packages'),
    ...count('answers given at installation', of('answers'), '; see them with --json'),
    ...block('file systems', of('fileSystems')),
    ...block('storage as a recipe', of('storage')),
    ...block('taken although a rule leaves it out', of('included')),
    ...block('excluded', of('excluded')),
    ...block('left out', of('leftOut')),
  ];
}
