// ClusterShell's group sources: groups.conf(5) with its confdir, its YAML autodir and its upcalls.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readTrustedFile } from '../../cluster-file/trusted-file.ts';
import { parseClusterShellYaml } from '../../exchange/clustershell-yaml.ts';
import { formatError } from '../../exchange/portable-inventory.ts';
import { type GroupSource, tableSource } from '../group-source.ts';
import type { Surroundings } from '../surroundings.ts';
import { type IniSection, parseIni } from './ini.ts';
import { upcallSource } from './upcall.ts';

/** The groups.conf files that ClusterShell itself looks at, the strongest first. */
export function clusterShellFiles({ env, home, systemFolder }: Surroundings): readonly string[] {
  return [
    join(home, '.local', 'etc', 'clustershell', 'groups.conf'),
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'clustershell', 'groups.conf'),
    join(env.CLUSTERSHELL_CFGDIR || join(systemFolder, 'clustershell'), 'groups.conf'),
  ];
}

/**
 * Every source that a groups.conf defines, its default one first.
 *
 * @throws HeorotError `format-invalid` with file:line, `file-not-trusted`
 */
export async function clusterShellSources(
  path: string,
  surroundings: Surroundings,
): Promise<readonly GroupSource[]> {
  const folder = dirname(path);
  const sections = parseIni(await readTrustedFile(path, surroundings.userId), path);
  const main = new Map(
    sections.find(({ name }) => name === 'Main')?.entries.map(({ key, value }) => [key, value]),
  );
  // System-wide paths are said in full in the file that ClusterShell ships; $CFGDIR is where the file lies.
  const foldersOf = (text = '') =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((one) => one.replaceAll('$CFGDIR', folder));
  const sources = new Map<string, GroupSource>();
  const add = (source: GroupSource) => {
    if (!sources.has(source.name)) sources.set(source.name, source);
  };

  for (const source of upcallSources(sections, path, surroundings)) add(source);
  for (const file of await filesIn(foldersOf(main.get('confdir') ?? main.get('groupsdir')), '.conf')) {
    const text = await readTrustedFile(file, surroundings.userId);
    for (const source of upcallSources(parseIni(text, file), file, surroundings)) add(source);
  }
  for (const file of await filesIn(foldersOf(main.get('autodir')), '.yaml')) {
    const tables = await parseClusterShellYaml(await readTrustedFile(file, surroundings.userId), file);
    for (const [name, groups] of tables) add(yamlSource(name, groups));
  }
  const standard = main.get('default');
  return [...sources.values()].toSorted((a, b) => Number(b.name === standard) - Number(a.name === standard));
}

/** The group called `all`, if there is one, stands for every node of the source. */
function yamlSource(name: string, groups: ReadonlyMap<string, readonly string[]>): GroupSource {
  const all = groups.get('all') ?? [...groups.values()].flat();
  return tableSource(name, async () => ({ groups, all }));
}

function* upcallSources(
  sections: readonly IniSection[],
  path: string,
  { env }: Surroundings,
): Generator<GroupSource> {
  for (const section of sections) {
    if (section.name === 'Main') continue;
    const said = new Map(section.entries.map(({ key, value }) => [key, value]));
    const map = said.get('map');
    if (map === undefined) throw formatError(path, section.line, `[${section.name}] has no \`map\``);
    const seconds = said.get('cache_time');
    const upcalls = { map, list: said.get('list'), all: said.get('all'), reverse: said.get('reverse') };
    // `[slurmpart,sp]` is one source under two names.
    for (const name of section.name.split(',').map((one) => one.trim())) {
      const cacheMs = seconds === undefined ? undefined : Number(seconds) * 1000;
      yield upcallSource({ name, upcalls, folder: dirname(path), env, cacheMs });
    }
  }
}

async function filesIn(folders: readonly string[], ending: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    // By code, as ClusterShell does; a collator would cost every start-up 7 ms.
    for (const name of names.toSorted((a, b) => (a < b ? -1 : 1)))
      if (name.endsWith(ending) && !name.startsWith('.')) files.push(join(folder, name));
  }
  return files;
}
