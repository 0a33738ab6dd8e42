// What is said of nodes one by one would be five hundred lines when a switch fails at night: the first few equal lines
// are said as they come, the rest together at the end, with all nodes and addresses folded.
import { HeorotError, NodeSet } from '@heorot/inventory';

export interface FoldedLinesOptions {
  /** A line of our own, without its newline. */
  readonly say: (nodes: string, text: string) => void;
  /** One line a node, however many there are (-v). */
  readonly each: boolean;
}

/** Equal lines that are said as they come. */
const mostLive = 8;
/** Different lines that are told apart; what comes after is counted and its nodes are named. */
const mostKinds = 20;

export class FoldedLines {
  readonly #options: FoldedLinesOptions;
  #kinds = new Map<string, Kind>();
  /** Nodes of lines that are told apart no more. */
  #others: string[] = [];

  constructor(options: FoldedLinesOptions) {
    this.#options = options;
  }

  add(node: string, text: string): void {
    if (this.#options.each) return this.#options.say(node, text);
    const { frame, parts } = takeApart(text, node);
    const kind = this.#kinds.get(frame) ?? this.#newKind(frame);
    if (kind === undefined) return void this.#others.push(node);
    kind.lines.push({ node, parts });
    if (kind.lines.length <= mostLive) this.#options.say(node, text);
    else if (kind.lines.length === mostLive + 1)
      this.#options.say(node, `${text}; more like this are told together at the end (-v: one by one)`);
  }

  /** Says what was held back, and forgets all. */
  end(): void {
    const kinds = [...this.#kinds].toSorted(([, a], [, b]) => b.lines.length - a.lines.length);
    for (const [frame, { lines }] of kinds) {
      if (lines.length <= mostLive) continue;
      this.#options.say(counted(lines.map(({ node }) => node)), putTogether(frame, lines));
    }
    if (this.#others.length > 0) {
      this.#options.say(counted(this.#others), 'each for a reason of its own (-v tells them, and --json)');
    }
    this.#kinds = new Map();
    this.#others = [];
  }

  #newKind(frame: string): Kind | undefined {
    if (this.#kinds.size >= mostKinds) return undefined;
    const kind: Kind = { lines: [] };
    this.#kinds.set(frame, kind);
    return kind;
  }
}

interface Kind {
  readonly lines: { readonly node: string; readonly parts: readonly string[] }[];
}

/** What differs from node to node although the matter is the same: its name, its address, its fingerprint. */
const address = /\d{1,3}(?:\.\d{1,3}){3}/;
const fingerprint = /SHA256:[\w+/]+=*/;
const gap = '\0';

function takeApart(text: string, node: string): { frame: string; parts: readonly string[] } {
  const name = `(?<![\\w.-])${node.replaceAll(/\W/g, '\\$&')}(?![\\w-])`;
  const varying = new RegExp([name, address.source, fingerprint.source].join('|'), 'g');
  return { frame: text.replaceAll(varying, gap), parts: text.match(varying) ?? [] };
}

function putTogether(frame: string, lines: Kind['lines']): string {
  let at = 0;
  return frame.replaceAll(gap, () => {
    const index = at++;
    return folded([...new Set(lines.map(({ parts }) => parts[index] ?? ''))]);
  });
}

function folded(parts: readonly string[]): string {
  const [only = ''] = parts;
  if (parts.length === 1) return only;
  if (only.startsWith('SHA256:')) return 'SHA256:...';
  return foldedNames(parts);
}

/** @example `n[1-500] (500)` */
function counted(nodes: readonly string[]): string {
  return `${foldedNames(nodes)} (${nodes.length})`;
}

/** Earlier output may bear names that are none. */
function foldedNames(names: readonly string[]): string {
  try {
    return NodeSet.from(names).toString();
  } catch (error) {
    if (!(error instanceof HeorotError)) throw error;
    return names.join(',');
  }
}
