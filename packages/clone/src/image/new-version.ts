// Names of images: `base@2` is a version, `base` means the newest of them.
import { HeorotError } from '@heorot/inventory';

/** The name a new image gets: `base` becomes the next version. @throws HeorotError `image-name` for one that is taken */
export function newVersion(name: string, names: readonly string[]): string {
  if (!/^[A-Za-z0-9][\w.+-]*(@[1-9]\d*)?$/.test(name))
    throw new HeorotError('image-name', `no image can be named '${name}'`, {
      hint: 'letters, digits, . _ + -, and at the end @ with a number: base, base@2',
    });
  if (!name.includes('@')) return `${name}@${1 + Math.max(0, ...versionsOf(name, names))}`;
  if (names.includes(name))
    throw new HeorotError('image-name', `there is an image '${name}' already`, {
      hint: `without a number it gets the next one: --name ${name.split('@')[0] ?? name}`,
    });
  return name;
}

/** The image that is meant; the name as it is when there is none. */
export function newestOf(name: string, names: readonly string[]): string {
  const versions = versionsOf(name, names);
  return names.includes(name) || versions.length === 0 ? name : `${name}@${Math.max(...versions)}`;
}

function versionsOf(name: string, names: readonly string[]): readonly number[] {
  return names.flatMap((each) => {
    const number = each.startsWith(`${name}@`) ? Number(each.slice(name.length + 1)) : Number.NaN;
    return Number.isInteger(number) ? [number] : [];
  });
}
