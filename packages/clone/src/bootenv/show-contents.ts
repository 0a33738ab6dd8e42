// Prints the list of contents of the head's boot environment: by package, or file by file.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  formatBytes,
  renderTable,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { stateFolder } from '@heorot/state';
import type { bootenvShowFlags } from '../commands/bootenv-show.ts';
import { headFolder } from '../protocol/head-folder.ts';
import { bootBytes, type ContentsList, readContentsList } from './contents-list.ts';

export async function showContents(
  flags: FlagValues<typeof bootenvShowFlags>,
  context: CommandContext,
): Promise<number> {
  const folder = headFolder(stateFolder(context.env, 'clone')).bootenv;
  const contents = await readContentsList(folder);
  if (flags.json) {
    await writeJson(context.stdout, { folder, ...contents });
    return ExitCode.ok;
  }
  const { stdout, theme } = context;
  const layout = { title: theme.stdout.dim, width: stdout.isTTY === true ? stdout.columns : undefined };
  const lines = [
    `${folder}: kernel ${contents.kernel.release} (${contents.kernel.version}), ${formatBytes(bootBytes(contents))} loaded by every boot`,
    '',
    ...renderTable(
      [{ title: 'LOADED BY MACHINES' }, { title: 'SIZE', align: 'right' }, { title: 'SHA256' }],
      contents.outputs.map(({ path, bytes, sha256 }) => [path, formatBytes(bytes), sha256]),
      layout,
    ),
    '',
    ...(flags.files ? fileTable(contents, layout) : packageTable(contents, layout)),
  ];
  await writeAll(stdout, `${lines.join('\n')}\n`);
  return ExitCode.ok;
}

type Layout = Parameters<typeof renderTable>[2];

function fileTable({ files }: ContentsList, layout: Layout): readonly string[] {
  return renderTable(
    [
      { title: 'ARCHIVE' },
      { title: 'FILE' },
      { title: 'SIZE', align: 'right' },
      { title: 'PACKAGE' },
      { title: 'VERSION' },
    ],
    files.map(({ archive, path, bytes, package: name, version }) => [
      archive,
      path,
      formatBytes(bytes),
      name,
      version,
    ]),
    layout,
  );
}

function packageTable({ files }: ContentsList, layout: Layout): readonly string[] {
  const packages = [...Map.groupBy(files, (file) => file.package)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return renderTable(
    [
      { title: 'PACKAGE' },
      { title: 'VERSION' },
      { title: 'FILES', align: 'right' },
      { title: 'UNPACKED', align: 'right' },
    ],
    packages.map(([name, of]) => [
      name,
      of[0]?.version ?? '',
      String(of.length),
      formatBytes(of.reduce((sum, { bytes }) => sum + bytes, 0)),
    ]),
    layout,
  );
}
