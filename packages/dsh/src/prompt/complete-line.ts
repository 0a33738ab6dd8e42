// Completion at the prompt: directives, nodes and groups after `:nodes`, groups after `@`, else paths on the nodes.
import { directives } from './prompt-line.ts';

/** Where candidates come from; each may be slow or fail, so the caller bounds it. */
export interface CompletionSource {
  nodes(): Promise<readonly string[]>;
  groups(): Promise<readonly string[]>;
  /** Paths on the nodes that begin with the word; folders end in `/`. */
  remotePaths(word: string): Promise<readonly string[]>;
}

/** Candidates for the last word, and that word: the shape of node:readline's completer. */
export type Completion = readonly [candidates: readonly string[], word: string];

export async function completeLine(line: string, source: CompletionSource): Promise<Completion> {
  if (/^:\S*$/.test(line))
    return among(
      line,
      Object.keys(directives).map((name) => `:${name} `),
    );
  if (line.startsWith(':nodes')) return completeNodeSet(line, source);
  const word = lastWord.exec(line)?.[0] ?? '';
  if (word.startsWith('@')) return completeNodeSet(line, source);
  const paths = await source.remotePaths(word.replaceAll(/\\(.)/g, '$1'));
  return among(word, paths.map(escaped));
}

/** As shells see it: a backslash keeps what follows; `if=/dev/ze`, `>/tmp/f` and `$(cat /etc/h` end in paths. */
const lastWord = /(?:\\.|[^\s\\=:<>|;&()'"`])*$/;

function escaped(path: string): string {
  const [home = ''] = /^~\w*\//.exec(path) ?? [];
  return home + path.slice(home.length).replaceAll(/[^\w@%+,./\u0080-\uffff-]/g, '\\$&');
}

/** The operand being typed of a node-set expression: after a blank, an operator, `+` or `-`. */
async function completeNodeSet(line: string, source: CompletionSource): Promise<Completion> {
  const operand = /[^\s,!&^+]*$/.exec(line)?.[0].replace(/^-/, '') ?? '';
  if (operand.startsWith('@'))
    return among(
      operand,
      (await source.groups()).map((group) => `@${group}`),
    );
  return among(operand, await source.nodes());
}

function among(word: string, candidates: readonly string[]): Completion {
  return [candidates.filter((candidate) => candidate.startsWith(word)), word];
}
