// What a captured machine said of itself: kernel, file systems, packages, answers given at installation.

/** One line of /proc/self/mountinfo (proc(5)). */
export interface Mount {
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** The folder of the file system that is mounted: `/` but for bind mounts and subvolumes. */
  readonly from: string;
}

/** One line of `lsblk -P`: its columns by name, upper case. */
export type BlockDevice = Readonly<Record<string, string>>;

export interface MachineFacts {
  /** The folder that is captured, without symbolic links in it. */
  readonly root: string;
  readonly machine: string;
  readonly kernel: string;
  readonly tar: string;
  /** os-release(5). */
  readonly release: Readonly<Record<string, string>>;
  readonly firmware: 'bios' | 'uefi';
  readonly mounts: readonly Mount[];
  readonly disks: readonly BlockDevice[];
  /** `NAME VERSION ARCHITECTURE` of each, in order. */
  readonly packages: readonly string[];
  /** `QUESTION VALUE` of each that was seen by a person or preset. */
  readonly answers: readonly string[];
}

/** @param text the output of `factsScript` */
export function readFacts(text: string): MachineFacts {
  const sections = new Map(
    text
      .split('\n@@ ')
      .slice(1)
      .map((section) => {
        const end = section.indexOf('\n');
        return [section.slice(0, end), section.slice(end + 1)] as const;
      }),
  );
  const of = (name: string): string => (sections.get(name) ?? '').trim();
  const lines = (name: string): readonly string[] =>
    of(name)
      .split('\n')
      .filter((line) => line !== '');
  return {
    root: of('root'),
    machine: of('machine'),
    kernel: of('kernel'),
    tar: of('tar'),
    release: readRelease(lines('release')),
    firmware: of('firmware') === 'uefi' ? 'uefi' : 'bios',
    mounts: lines('mounts').flatMap(readMount),
    disks: lines('disks').map(readDevice),
    packages: [...lines('dpkg'), ...lines('rpm')].sort(),
    answers: readAnswers(sections.get('debconf') ?? ''),
  };
}

/** File systems that are none of a disk of this machine, or hold what is no part of a system. */
const foreign = new Set(['iso9660', 'udf', 'squashfs', 'erofs']);

/** Folders of the tree on which other file systems of disks are mounted, below the root that is captured; `''` first. */
export function mountedFolders({ root, mounts }: MachineFacts): readonly string[] {
  const base = root === '/' ? '/' : `${root}/`;
  const below = mounts
    .filter(({ path, source, type, from }) => {
      if (!path.startsWith(base) || path === root || foreign.has(type)) return false;
      const isBind = from !== '/' && type !== 'btrfs';
      return source.startsWith('/dev/') && !source.startsWith('/dev/loop') && !isBind;
    })
    .map(({ path }) => path.slice(base.length));
  return ['', ...new Set(below.sort())];
}

/** Below these other file systems are seen on the running machine: what lies under them is no part of the system. */
export function hiddenPaths(facts: MachineFacts): readonly string[] {
  const { root, mounts } = facts;
  const base = root === '/' ? '/' : `${root}/`;
  const captured = new Set(mountedFolders(facts));
  const paths = mounts.flatMap(({ path }) => (path.startsWith(base) ? [path.slice(base.length)] : []));
  return [...new Set(paths)].filter((path) => path !== '' && !captured.has(path));
}

/** What a path of the node lies on. */
export function mountOf({ mounts }: MachineFacts, path: string): Mount | undefined {
  const covers = (folder: string): boolean =>
    folder === '/' || path === folder || path.startsWith(`${folder}/`);
  // Of several at one place the last is seen.
  return mounts.reduce<Mount | undefined>(
    (best, each) => (covers(each.path) && each.path.length >= (best?.path.length ?? 0) ? each : best),
    undefined,
  );
}

function readRelease(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, key, value] = /^(\w+)=["']?(.*?)["']?$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function readMount(line: string): readonly Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , from = '', path = ''] = before.split(' ');
  const [type = '', source = ''] = after.split(' ');
  return path === ''
    ? []
    : [{ path: unescaped(path), type, source: unescaped(source), from: unescaped(from) }];
}

/** Blanks and backslashes stand as \040 and the like. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function readDevice(line: string): BlockDevice {
  return Object.fromEntries(
    [...line.matchAll(/([A-Z:]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
}

/** debconf's config.dat: paragraphs of `Name:`, `Value:` and `Flags:`; passwords are kept elsewhere. */
function readAnswers(text: string): readonly string[] {
  return text
    .split(/\n\s*\n/)
    .flatMap((paragraph) => {
      const field = (name: string): string | undefined =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1];
      const [name, value, flags] = [field('Name'), field('Value'), field('Flags')];
      if (name === undefined || value === undefined || !(flags ?? '').includes('seen')) return [];
      return /passw|secret|key/i.test(name) ? [] : [`${name} ${value}`];
    })
    .sort();
}
