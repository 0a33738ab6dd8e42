// The completion script for fish >= 3.
import type { Tool } from '../tool/tool.ts';
import {
  type Candidates,
  type CompletableFlag,
  type CompletableVerb,
  completableVerbs,
} from './completable.ts';

export function fishCompletion(tool: Tool): string {
  const verbs = completableVerbs(tool);
  const named = verbs.filter((verb) => verb.name !== '');
  const at = `__${tool.name}_at`;
  const live = `__${tool.name}_live`;
  const remote = `__${tool.name}_remote`;
  const lines = verbs.flatMap((verb) => {
    const typing = `${at} ${quotedInside(verb.name)}`;
    const condition = quoted(verb.isRemoteCommand ? `${typing}; and not ${remote}` : typing);
    return [...verb.flags.map((flag) => flagLine(flag)), operandLine(verb)]
      .filter((rest) => rest !== '')
      .map((rest) => `complete -c ${tool.name} -n ${condition} ${rest}`);
  });
  return `# fish completion for ${tool.name}; written from its flag tables.
# Use: ${tool.name} --completion fish | source, or put it into ~/.config/fish/completions/.

# Names from the inventory; the word may be a whole node-set expression.
function ${live}
    set -l word (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    ${tool.name} --complete $argv[1] $word 2>/dev/null
end

# Whether this verb is the one typed; '' = none of them.
function ${at}
    set -l words (commandline -opc)
    set -l typed ''
    for verb in ${named.map((verb) => quoted(verb.name)).join(' ')}
        set -l parts (string split ' ' -- $verb)
        set -l last (math 1 + (count $parts))
        if test "$words[2..$last]" = "$verb"
            set typed $verb
        end
    end
    test "$typed" = "$argv[1]"
end

# Whether the words typed so far are exactly these.
function __${tool.name}_behind
    set -l words (commandline -opc)
    test "$words[2..-1]" = "$argv[1]"
end

${verbs
  .filter((verb) => verb.isRemoteCommand)
  .map((verb) => remoteCommand(verb))
  .join('')}complete -c ${tool.name} -f
${[...verbLines(tool, named), ...lines].join('\n')}
`;

  /** Behind the first operand stands another program's command line. */
  function remoteCommand({ name, flags }: CompletableVerb): string {
    const valued = flags.filter((flag) => flag.value !== undefined);
    const spellings = valued.flatMap((flag) => [
      `--${flag.name}`,
      ...flag.letters.map((letter) => `-${letter}`),
    ]);
    return `# Whether the remote command has begun.
function ${remote}
    ${at} ${quotedInside(name)}; or return 1
    set -l words (commandline -opc)
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${spellings.join(' ')}
                set skip 1
            case --
                return 0
            case '-*'
            case '*'
                return 0
        end
    end
    return 1
end
complete -c ${tool.name} -n ${remote} -F

`;
  }

  function flagLine(flag: CompletableFlag): string {
    const letters = flag.letters.map((letter) => `-s ${letter} `).join('');
    const head = `${letters}-l ${flag.name}`;
    const summary = `-d ${quoted(flag.summary)}`;
    if (flag.value === undefined) return `${head} ${summary}`;
    const { candidates } = flag.value;
    if (candidates.kind === 'files') return `${head} -r -F ${summary}`;
    return `${head} -x${offered(candidates)} ${summary}`;
  }

  function operandLine(verb: CompletableVerb): string {
    if (verb.operands.kind === 'nothing') return '';
    return verb.operands.kind === 'files' ? '-F' : offered(verb.operands).trim();
  }

  function offered(candidates: Candidates): string {
    switch (candidates.kind) {
      case 'words':
        return ` -a ${quoted(candidates.words.join(' '))}`;
      case 'nodes':
      case 'groups':
        return ` -a ${quoted(`(${live} ${candidates.kind})`)}`;
      case 'folders':
        return " -a '(__fish_complete_directories)'";
      case 'command':
        return " -a '(__fish_complete_command)'";
      case 'files':
      case 'nothing':
        break;
    }
    return '';
  }
}

/** The first words of verbs where nothing is typed yet, second words behind their first. */
function verbLines(tool: Tool, named: readonly CompletableVerb[]): readonly string[] {
  const seen = new Set<string>();
  return named.flatMap((verb) => {
    const [first = '', second] = verb.name.split(' ');
    const offer = (behind: string, word: string, summary: string) =>
      `complete -c ${tool.name} -n ${quoted(`__${tool.name}_behind ${quotedInside(behind)}`)} -a ${quoted(word)} -d ${quoted(summary)}`;
    if (second === undefined) return [offer('', first, verb.summary)];
    const below = offer(first, second, verb.summary);
    if (seen.has(first)) return [below];
    seen.add(first);
    return [offer('', first, `${first} ...`), below];
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function quotedInside(text: string): string {
  return `"${text}"`;
}
