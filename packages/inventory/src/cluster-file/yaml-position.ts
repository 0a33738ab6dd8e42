// Where in a YAML document a key or its value stands.
import type { Document } from 'yaml';

/** Which of the two at the end of the keys is meant. */
export type KeyOrValue = 'key' | 'value';

/** Offset in the text, walking as far as the keys lead: a missing key is reported where its section stands. */
export function offsetOf(document: Document.Parsed, keys: readonly PropertyKey[], part: KeyOrValue): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const [depth, key] of keys.entries()) {
    const child = childOf(node, String(key));
    if (!child) break;
    const wantsKey = part === 'key' || child.value === undefined;
    offset = (depth === keys.length - 1 && !wantsKey ? child.value : child.key) ?? offset;
    node = child.node;
  }
  return offset;
}

/** The first key that its section has already, or that is no plain text. */
export function oddKey(node: unknown): { readonly what: string; readonly offset: number } | undefined {
  const seen = new Set<string>();
  for (const item of itemsOf(node)) {
    const isPair = typeof item === 'object' && item !== null && 'key' in item && 'value' in item;
    if (isPair) {
      const key = scalarText(item.key);
      const offset = startOf(item.key) ?? 0;
      if (key === undefined) return { what: 'a key must be a plain text', offset };
      if (seen.has(key)) return { what: `'${key}' stands here a second time`, offset };
      if (key !== '<<') seen.add(key);
    }
    const within = oddKey(isPair ? item.value : item);
    if (within) return within;
  }
  return undefined;
}

function itemsOf(node: unknown): readonly unknown[] {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)
    ? node.items
    : [];
}

interface Child {
  readonly key: number;
  readonly value: number | undefined;
  readonly node: unknown;
}

function childOf(node: unknown, key: string): Child | undefined {
  for (const [index, item] of itemsOf(node).entries()) {
    if (typeof item === 'object' && item !== null && 'key' in item && 'value' in item) {
      if (scalarText(item.key) === key)
        return { key: startOf(item.key) ?? 0, value: startOf(item.value), node: item.value };
    } else if (String(index) === key) {
      return { key: startOf(item) ?? 0, value: startOf(item), node: item };
    }
  }
  return undefined;
}

function scalarText(node: unknown): string | undefined {
  return typeof node === 'object' && node !== null && 'value' in node ? String(node.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined;
  const [start]: unknown[] = node.range;
  return typeof start === 'number' ? start : undefined;
}
