// YAML files of other tools, walked with the line at hand for errors. Every scalar stays as written.
import type { Node, Pair } from 'yaml';
import { formatError } from './portable-inventory.ts';

export interface YamlTree {
  /** Undefined when the file is empty. */
  readonly root: Node | undefined;
  /** The pairs of a map; none of nothing. @throws HeorotError `format-invalid` */
  readonly pairsOf: (node: unknown, what: string) => readonly Pair[];
  /** The items of a list; of anything else that one. */
  readonly itemsOf: (node: unknown) => readonly unknown[];
  /** The text of a scalar. @throws HeorotError `format-invalid` */
  readonly textOf: (node: unknown, what: string) => string;
  /** The text of a scalar; undefined for lists and maps. */
  readonly plainText: (node: unknown) => string | undefined;
  readonly lineOf: (node: unknown) => number;
}

/** @throws HeorotError `format-invalid` with file:line */
export async function parseYamlTree(text: string, path: string): Promise<YamlTree> {
  const { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } = await import('./yaml-library.ts');
  const lines = new LineCounter();
  const options = {
    schema: 'failsafe',
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  } as const;
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw formatError(path, lines.linePos(broken.pos[0]).line, broken.message);

  const plainText = (node: unknown) => {
    if (!isScalar(node)) return undefined;
    return typeof node.value === 'string' ? node.value : '';
  };
  const isNothing = (node: unknown) => node === null || node === undefined || plainText(node) === '';
  const lineOf = (node: unknown) => (isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1);
  const refuse = (node: unknown, what: string) => formatError(path, lineOf(node), `expected ${what}`);
  return {
    root: isNothing(document.contents) ? undefined : (document.contents ?? undefined),
    pairsOf: (node, what) => {
      if (isMap(node)) return node.items;
      if (isNothing(node)) return [];
      throw refuse(node, what);
    },
    itemsOf: (node) => (isSeq(node) ? node.items : [node]),
    textOf: (node, what) => {
      const plain = node === null || node === undefined ? '' : plainText(node);
      if (plain === undefined) throw refuse(node, what);
      return plain;
    },
    plainText,
    lineOf,
  };
}
