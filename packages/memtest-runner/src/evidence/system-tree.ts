// Files of /proc and /sys as plain data: read once on a node (or from a folder that stands for one), then looked at by pure
// functions.

/** Contents by absolute path, such as `/sys/devices/system/node/online`. */
export type SystemTree = ReadonlyMap<string, Uint8Array>;

const decoder = new TextDecoder();

/** Text without the final newline; null if the file is not there. */
export function textAt(tree: SystemTree, path: string): string | null {
  const bytes = tree.get(path);
  return bytes === undefined ? null : decoder.decode(bytes).trimEnd();
}

/** A file that holds one whole number; null if it is not there or holds something else. */
export function numberAt(tree: SystemTree, path: string): number | null {
  const text = textAt(tree, path)?.trim();
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** Names of the entries of a folder, in natural order (`dimm2` before `dimm10`). */
export function entriesOf(tree: SystemTree, folder: string): readonly string[] {
  const prefix = `${folder}/`;
  const names = [...tree.keys()]
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split('/')[0] ?? '');
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** `0-3,8`, as sysfs lists processors and nodes. Empty for text that is no such list. */
export function numberList(text: string): readonly number[] {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return [];
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}
