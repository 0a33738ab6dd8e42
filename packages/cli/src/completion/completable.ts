// What the three shells need to know of a tool, free of any shell's syntax.
import { isNegatable, withBuiltIns } from '../flags/flag-index.ts';
import type { Flag } from '../flags/flag-table.ts';
import { visibleVerbs } from '../help/flag-terms.ts';
import type { Operands, Tool, Verb } from '../tool/tool.ts';

/** What may stand in one place. */
export type Candidates =
  | { readonly kind: 'nodes' | 'groups' | 'files' | 'folders' | 'nothing' | 'command' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface CompletableFlag {
  /** Long name without dashes. */
  readonly name: string;
  readonly letters: readonly string[];
  readonly summary: string;
  readonly repeatable: boolean;
  /** Undefined = takes no value. */
  readonly value: { readonly placeholder: string; readonly candidates: Candidates } | undefined;
}

export interface CompletableVerb {
  /** Empty for what runs without a verb. */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletableFlag[];
  readonly operands: Candidates;
  /** All after the first operand is another program's command line. */
  readonly isRemoteCommand: boolean;
}

export function completableVerbs(tool: Tool): readonly CompletableVerb[] {
  const verbless = tool.verbs[''];
  const verbs =
    verbless === undefined ? visibleVerbs(tool) : [['', verbless] as const, ...visibleVerbs(tool)];
  const own = verbs.map(([name, verb]) => ({
    name,
    summary: verb.summary,
    flags: completableFlags(verb),
    operands: operandCandidates(verb.operands),
    isRemoteCommand: verb.operands.kind === 'remote-command',
  }));
  // What comes behind its name is the other tool's to complete.
  const others = (tool.tools ?? []).map(({ name, summary }) => ({
    name,
    summary,
    flags: [],
    operands: { kind: 'nothing' } as const,
    isRemoteCommand: false,
  }));
  return [...others, ...own];
}

function completableFlags(verb: Verb): readonly CompletableFlag[] {
  return Object.entries(withBuiltIns(verb.flags)).flatMap(([name, flag]): CompletableFlag[] => {
    if (flag.hidden === true) return [];
    const letters = [flag.char, ...(flag.aliases ?? [])].filter((each) => each?.length === 1);
    const one = {
      name,
      letters: letters.filter((letter) => letter !== undefined),
      summary: flag.summary,
      repeatable: flag.kind === 'list' || flag.kind === 'count',
      value: 'value' in flag ? { placeholder: flag.value, candidates: valueCandidates(flag) } : undefined,
    };
    return isNegatable(flag) ? [one, { ...one, name: `no-${name}`, letters: [] }] : [one];
  });
}

function valueCandidates(flag: Flag): Candidates {
  if (flag.kind === 'choice') return { kind: 'words', words: flag.choices };
  if (!('complete' in flag) || flag.complete === undefined) return { kind: 'nothing' };
  return typeof flag.complete === 'string'
    ? { kind: flag.complete }
    : { kind: 'words', words: flag.complete };
}

function operandCandidates(operands: Operands): Candidates {
  if (operands.kind === 'none') return { kind: 'nothing' };
  if (operands.kind === 'remote-command') return { kind: 'command' };
  return { kind: operands.complete ?? 'nothing' };
}
