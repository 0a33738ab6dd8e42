// The UEFI loader for "boot your own disk" comes over the network, so it cannot tell which of two disks is meant: the head writes
// the UUID of the file system into it, at the place that its configuration keeps for one.

/** In the place of a UUID, as long as one: the file system is looked for by its label. */
export const anyFileSystem = 'any'.padEnd(36, '-');

/** @returns the loader for this file system; as it is when it has no such place */
export function loaderFor(loader: Buffer, uuid: string): Buffer {
  const at = loader.indexOf(anyFileSystem);
  if (at < 0 || !/^[0-9a-f-]{36}$/.test(uuid)) return loader;
  const changed = Buffer.from(loader);
  changed.write(uuid, at, 'latin1');
  return changed;
}
