// INI files as Python's configparser reads them: `[section]`, `key: value` or `key = value`, indented lines continue a value.
import { formatError } from '../../exchange/portable-inventory.ts';

export interface IniSection {
  readonly name: string;
  readonly line: number;
  readonly entries: readonly { readonly key: string; readonly value: string; readonly line: number }[];
}

/** @throws HeorotError `format-invalid` with file:line */
export function parseIni(text: string, path: string): readonly IniSection[] {
  const sections: { name: string; line: number; entries: { key: string; value: string; line: number }[] }[] =
    [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (/^\s*([#;]|$)/.test(raw)) continue;
    const heading = /^\[(.+)\]\s*$/.exec(raw)?.[1];
    if (heading !== undefined) {
      sections.push({ name: heading, line, entries: [] });
      continue;
    }
    const section = sections.at(-1);
    const open = section?.entries.at(-1);
    const continues = /^\s/.test(raw);
    const { key, value } = /^(?<key>[^:=\s]+)\s*[:=]\s*(?<value>.*)$/.exec(raw)?.groups ?? {};
    if (continues && open) open.value += `\n${raw.trim()}`;
    else if (section && !continues && key !== undefined)
      section.entries.push({ key: key.toLowerCase(), value: value?.trim() ?? '', line });
    else throw formatError(path, line, section ? 'expected `key: value`' : 'expected a [section] first');
  }
  return sections;
}
