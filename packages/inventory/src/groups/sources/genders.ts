// Groups from a genders database: every attribute, every attribute=value, and any query over them.
import { type Genders, parseGenders } from '../../exchange/genders.ts';
import type { GroupSource } from '../group-source.ts';
import { evaluateQuery } from './genders-query.ts';

/** @param read gives the text of the file, refusing one that is not to be trusted */
export function gendersSource(
  name: string,
  path: string,
  read: (path: string) => Promise<string>,
): GroupSource {
  let database: Promise<Genders> | undefined;
  const load = async () => {
    database ??= read(path).then((text) => parseGenders(text, path));
    return await database;
  };
  return {
    name,
    members: async (group) => {
      const genders = await load();
      if (!/[~()]|&&|\|\||--/.test(group)) {
        const nodes = nodesWith(genders, group);
        return nodes.size === 0 ? undefined : [...nodes];
      }
      return [...evaluateQuery(group, new Set(genders.keys()), (attribute) => nodesWith(genders, attribute))];
    },
    groupNames: async () => [...new Set((await load()).values().flatMap(groupsOf))],
    all: async () => [...(await load()).keys()],
    groupsOf: async (node) => [...groupsOf((await load()).get(node) ?? new Map())],
  };
}

function nodesWith(genders: Genders, attribute: string): ReadonlySet<string> {
  const equals = attribute.indexOf('=');
  const key = equals < 0 ? attribute : attribute.slice(0, equals);
  const value = equals < 0 ? undefined : attribute.slice(equals + 1);
  const nodes = new Set<string>();
  for (const [node, attributes] of genders) {
    if (attributes.has(key) && (value === undefined || attributes.get(key) === value)) nodes.add(node);
  }
  return nodes;
}

function* groupsOf(attributes: ReadonlyMap<string, string | undefined>): Generator<string> {
  for (const [attribute, value] of attributes) {
    yield attribute;
    if (value !== undefined) yield `${attribute}=${value}`;
  }
}
