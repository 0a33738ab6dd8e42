// From what was typed and what comes on stdin to one node set.
import type { Readable } from 'node:stream';
import { type CommandContext, openCommandInventory } from '@heorot/cli';
import { HeorotError, type Inventory, NodeSet, parseExpression } from '@heorot/inventory';

interface ReaderFlags {
  readonly cluster: string | undefined;
  readonly rangeset: boolean;
}

interface ReaderFlags {
  readonly cluster: string | undefined;
  readonly rangeset: boolean;
  /** Where groups without a source are looked up; the default source. */
  readonly groupsource: string | undefined;
}

/** Resolves expressions; the inventory is opened only when a group or a wildcard asks for it. */
export class SetReader {
  readonly #context: CommandContext;
  readonly #flags: ReaderFlags;
  #inventory: Promise<Inventory> | undefined;

  constructor(flags: ReaderFlags, context: CommandContext) {
    this.#flags = flags;
    this.#context = context;
  }

  get inventory(): Promise<Inventory> {
    this.#inventory ??= openCommandInventory(this.#flags, this.#context);
    return this.#inventory;
  }

  /** @throws as Inventory.resolve */
  async resolve(text: string): Promise<NodeSet> {
    const expression = this.#flags.rangeset ? `[${text}]` : text;
    const { terms } = parseExpression(expression);
    if (terms.every(({ operand }) => operand.kind === 'names')) return NodeSet.parse(expression);
    return (await this.inventory).resolve(expression, this.#flags.groupsource);
  }

  /** An operand; `-` is stdin. */
  async operand(text: string): Promise<NodeSet> {
    return text === '-' ? this.readStdin() : this.resolve(text);
  }

  /** Words, `#` begins a comment. @throws HeorotError `usage` on a terminal */
  async readStdin(): Promise<NodeSet> {
    const { stdin } = this.#context;
    if (stdin.isTTY) {
      throw new HeorotError('usage', 'which nodes?', {
        hint: 'give node sets, or pipe them in: nodes fold n1 n2',
      });
    }
    const sets: NodeSet[] = [];
    for await (const lines of linesOf(stdin)) sets.push(await this.words(lines.flatMap(wordsOf)));
    return NodeSet.union(sets);
  }

  /** The union of many words, nearly all of them plain names. */
  async words(words: readonly string[]): Promise<NodeSet> {
    const plain = this.#flags.rangeset ? [] : words.filter(isPlain);
    const sets = [NodeSet.from(plain)];
    if (plain.length < words.length) {
      const expressions = words.filter((word) => this.#flags.rangeset || !isPlain(word));
      for (const expression of expressions) sets.push(await this.resolve(expression));
    }
    return NodeSet.union(sets);
  }
}

/** `#` begins a comment. */
export function wordsOf(line: string): string[] {
  return line
    .replace(/#.*/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function isPlain(word: string): boolean {
  return !/[[\],!&^@*?]/.test(word);
}

/** Lines as they arrive, many at a time: a million names are no million turns of the event loop. */
export async function* linesOf(stream: Readable): AsyncGenerator<string[]> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (
      rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    ).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}
