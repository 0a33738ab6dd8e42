// Before anything runs: whether every `%word` of the commands means something on every node.
import { didYouMean, HeorotError, NodeSet } from '@heorot/inventory';
import type { Command } from '../model/command.ts';
import type { Target } from '../model/target.ts';
import { unknownWords } from './expand-variables.ts';

/** @throws HeorotError `usage-variable`, with the nodes that lack it where others have it */
export function checkVariables(commands: readonly Command[], targets: readonly Target[]): void {
  const text = commands.flatMap((command) => (command.expand === true ? [command.text] : [])).join('\n');
  if (!text.includes('%')) return;
  // Ten thousand nodes have few sets of labels.
  const byLabels = Map.groupBy(targets, ({ labels = {} }) => Object.keys(labels).join('\0'));
  const lacking = new Map<string, Target[]>();
  for (const alike of byLabels.values()) {
    for (const word of new Set(unknownWords(text, Object.keys(alike[0]?.labels ?? {})))) {
      lacking.set(word, [...(lacking.get(word) ?? []), ...alike]);
    }
  }
  for (const [word, nodes] of lacking) throw unknown(word, nodes, targets);
}

function unknown(word: string, lacking: readonly Target[], targets: readonly Target[]): HeorotError {
  if (lacking.length < targets.length) {
    const names = NodeSet.from(lacking.map(({ node }) => node)).toString();
    return new HeorotError('usage-variable', `'%${word}' in the command: no such label on ${names}`, {
      hint: 'give the label to all of them, or leave those out with -x',
    });
  }
  const labels = new Set(targets.flatMap((target) => Object.keys(target.labels ?? {})));
  const meant = didYouMean(word, labels)?.replace("'", "'%");
  return new HeorotError('usage-variable', `'%${word}' in the command: no such label on any node`, {
    hint: meant ?? `for a percent sign before ${word} write %%${word}`,
  });
}
