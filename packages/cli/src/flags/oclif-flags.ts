// A flag table as oclif's parser wants it. Loaded only when there are flags to parse.
import { boolean, custom } from '@oclif/core/flags';
import type { FlagInput } from '@oclif/core/interfaces';
import { takesValue } from './flag-index.ts';
import type { Flag, FlagTable } from './flag-table.ts';

// From here, because oclif is CommonJS: imported dynamically by a bundle it would come without its names.
export { parse } from '@oclif/core/parser';

/** oclif takes a value that looks like a flag for a flag, so each value travels behind this sign. */
export function guard(value: string): string {
  return `=${value}`;
}

/**
 * @param convert reads one typed value; its HeorotError comes out of the parser as the `cause` of another error,
 *   because oclif rewrites the message of whatever its flags throw
 */
export function oclifFlags(
  table: FlagTable,
  convert: (name: string, flag: Flag, text: string) => string | number,
): FlagInput {
  const entries = Object.entries(table).map(([name, flag]) => {
    const relations = {
      ...(flag.exclusive === undefined ? {} : { exclusive: [...flag.exclusive] }),
      ...(flag.dependsOn === undefined ? {} : { dependsOn: [...flag.dependsOn] }),
    };
    if (!takesValue(flag))
      return [name, boolean({ ...relations, allowNo: flag.kind === 'switch' && flag.negatable === true })];
    const parse = async (guarded: string) => wrapped(() => convert(name, flag, guarded.slice(1)));
    return [
      name,
      custom<string | number>({ parse })({ ...relations, multiple: true, multipleNonGreedy: true }),
    ];
  });
  return Object.fromEntries(entries);
}

function wrapped<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error('flag value', { cause });
  }
}
