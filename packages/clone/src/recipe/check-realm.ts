// The `realm` command: `realm join [OPTION]... REALM`, options as getopt(3) reads them, before the realm only.
import { type Finding, finding, type Place } from './finding.ts';
import { splitWords } from './split-words.ts';

const valued = [
  '--client-software',
  '--server-software',
  '--membership-software',
  '--one-time-password',
  '--computer-ou',
];
const plain = ['--no-password'];

/** What is wrong with the rest of a `realm` line, if anything. */
export function checkRealm(rest: string, place: Place): readonly Finding[] {
  const problem = realmProblem(rest);
  return problem === undefined ? [] : [finding(place, 'error', 'realm', problem)];
}

function realmProblem(rest: string): string | undefined {
  const split = splitWords(rest, false);
  if (split.kind === 'open') return `an ${split.what} stays open`;
  const [verb, ...words] = split.words.map(({ text }) => text);
  if (verb === undefined) return 'realm needs a sub-command';
  if (verb !== 'join') return `realm knows 'join' alone, not '${verb}'`;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const candidates = [...valued, ...plain].filter(
      (option) => option === name || (name.length > 2 && option.startsWith(name)),
    );
    const [option] = candidates;
    if (option === undefined || candidates.length > 1) return `realm join has no option ${name}`;
    if (plain.includes(option)) {
      if (equals !== -1) return `${option} takes no value`;
    } else if (equals === -1) {
      at += 1;
      if (at >= words.length) return `${option} needs a value`;
    }
  }
  const realms = words.slice(at);
  return realms.length === 1 ? undefined : 'realm join takes one realm';
}
