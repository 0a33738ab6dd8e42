// The genders database: `host[1-4] attr,attr=val` a line; lines of a node add up. Format: genders' nodeattr(1).

import { expandInOrder } from '../cluster-file/name-pattern.ts';
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName } from '../host-name/host-name.ts';
import { addTo, formatError, meaningfulLines, type PortableInventory } from './portable-inventory.ts';

/** Node name to its attributes; an attribute without a value has the value `undefined`. */
export type Genders = ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;

/** @throws HeorotError `format-invalid` with file:line, also for an attribute with two values, as genders itself */
export function parseGenders(text: string, path: string): Genders {
  const nodes = new Map<string, Map<string, string | undefined>>();
  for (const { line, number } of meaningfulLines(text.replaceAll('#', ' #'))) {
    const [names = '', list = '', ...rest] = line.split(/\s+/);
    if (rest.length > 0)
      throw formatError(path, number, 'blanks within the attributes', 'separate attributes by commas only');
    const attributes =
      list === '' ? [] : list.split(',').map((attribute) => splitAttribute(attribute, path, number));
    for (const name of namesOf(names, path, number)) {
      const known = nodes.get(name) ?? new Map<string, string | undefined>();
      nodes.set(name, known);
      for (const [attribute, pattern] of attributes) {
        const value = pattern?.replace(/%(n|%)/g, (_, code: string) => (code === 'n' ? name : '%'));
        if (known.has(attribute) && known.get(attribute) !== value) {
          throw formatError(path, number, `${name} has '${attribute}' with two values`);
        }
        known.set(attribute, value);
      }
    }
  }
  return nodes;
}

function namesOf(names: string, path: string, line: number): readonly string[] {
  try {
    const expanded = expandInOrder(names);
    const odd = expanded.find((name) => !isHostName(name));
    if (odd !== undefined) throw formatError(path, line, `'${odd}' is not a host name`);
    return expanded;
  } catch (cause) {
    if (!(cause instanceof HeorotError) || cause.code === 'format-invalid') throw cause;
    throw formatError(path, line, cause.message);
  }
}

function splitAttribute(text: string, path: string, line: number): readonly [string, string | undefined] {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (name === '') throw formatError(path, line, 'empty attribute', 'remove the comma too many');
  return [name, equals < 0 ? undefined : text.slice(equals + 1)];
}

/** Attributes without a value become groups, those with one labels. */
export function portableFromGenders(genders: Genders): PortableInventory {
  const groups = new Map<string, string[]>();
  const nodes = [...genders].map(([name, attributes]) => {
    const labels: Record<string, string> = {};
    for (const [attribute, value] of attributes) {
      if (value === undefined) addTo(groups, attribute, name);
      else labels[attribute] = value;
    }
    return { name, labels };
  });
  return { nodes, groups };
}

/**
 * One line a node: its groups, then its labels.
 *
 * @param groups group to node names
 * @throws HeorotError `format-unsuited` for a word that genders cannot hold
 */
export function printGenders(inventory: PortableInventory): string {
  const groupsOf = new Map<string, string[]>();
  for (const [group, members] of inventory.groups)
    for (const name of members) addTo(groupsOf, name, word(group));
  const lines = inventory.nodes.map(({ name, labels }) => {
    const groups = groupsOf.get(name) ?? [];
    const valued = Object.entries(labels).map(
      ([label, value]) => `${word(label)}=${word(value, /^[^\s,#]*$/).replaceAll('%', '%%')}`,
    );
    return [name, [...groups, ...valued].join(',')].join(' ').trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

function word(text: string, allowed = /^[^\s,#=]+$/): string {
  if (allowed.test(text)) return text;
  throw new HeorotError('format-unsuited', `genders cannot hold '${text}'`, {
    hint: 'blanks, commas, = and # are not possible in its attributes',
  });
}
