// The completion function for zsh, on top of _arguments (zshcompsys(1)).
import type { Tool } from '../tool/tool.ts';
import {
  type Candidates,
  type CompletableFlag,
  type CompletableVerb,
  completableVerbs,
} from './completable.ts';

export function zshCompletion(tool: Tool): string {
  const name = `_${tool.name}`;
  const verbs = completableVerbs(tool);
  const named = verbs.filter((verb) => verb.name !== '');
  return `#compdef ${tool.name}
# zsh completion for ${tool.name}; written from its flag tables.
# Use: eval "$(${tool.name} --completion zsh)", or put it as ${name} into a folder of $fpath.

# Names from the inventory; the word may be a whole node-set expression.
${name}_live() {
  local -a found
  found=("\${(@f)$(\${words[1]} --complete $1 "\${(Q)PREFIX}" 2>/dev/null)}")
  compadd -Q -S '' -- \${found:#}
}

${name}() {
  local curcontext=$curcontext state line verb=''
  typeset -A opt_args
${named.length === 0 ? '' : verbLookup(named)}  case $verb in
${verbs.map((verb) => `    '${verb.name}')\n${verb.name === '' ? offerVerbs(named) : ''}      ${argumentsCall(verb, name)} ;;`).join('\n')}
${verbs.some((verb) => verb.name === '') ? '' : `    *)\n${offerVerbs(named)}      ;;\n`}  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then ${name} "$@"; else compdef ${name} ${tool.name}; fi
`;
}

/** Takes the verb, once it is typed to its end, off the words. */
function verbLookup(named: readonly CompletableVerb[]): string {
  const patterns = named.map((verb) => quoted(verb.name)).join('|');
  return `  (( CURRENT > 3 )) && case "\${words[2]} \${words[3]}" in (${patterns}) verb="\${words[2]} \${words[3]}" ;; esac
  (( CURRENT > 2 )) && [[ -z $verb ]] && case "\${words[2]}" in (${patterns}) verb=\${words[2]} ;; esac
  local -a verb_words=(\${=verb})
  words=("\${words[1]}" "\${(@)words[2+$#verb_words,-1]}")
  (( CURRENT -= $#verb_words ))
`;
}

function offerVerbs(named: readonly CompletableVerb[]): string {
  if (named.length === 0) return '';
  const single = named.filter((verb) => !verb.name.includes(' '));
  const double = named.filter((verb) => verb.name.includes(' '));
  const firsts = [...new Set(double.map((verb) => verb.name.split(' ', 1)[0] ?? ''))];
  const first = [
    ...single.map(described),
    ...firsts.filter((word) => !single.some(({ name }) => name === word)).map(quoted),
  ];
  const seconds = firsts.map((word) => {
    const below = double.filter((verb) => verb.name.startsWith(`${word} `));
    const entries = below.map((verb) => described({ ...verb, name: verb.name.slice(word.length + 1) }));
    return `      if (( CURRENT == 3 )) && [[ \${words[2]} == ${word} ]]; then
        local -a verbs=(${entries.join(' ')})
        _describe verb verbs && return
      fi
`;
  });
  return `${seconds.join('')}      if (( CURRENT == 2 )); then
        local -a verbs=(${first.join(' ')})
        _describe verb verbs
      fi
`;
}

function described(verb: CompletableVerb): string {
  return quoted(`${verb.name}:${verb.summary}`);
}

function argumentsCall(verb: CompletableVerb, name: string): string {
  const specs = verb.flags.map((flag) => flagSpec(flag, name));
  const operands = verb.isRemoteCommand
    ? ["'(-)1: :_command_names -e'", "'*:: :_normal'"]
    : verb.operands.kind === 'nothing'
      ? []
      : [quoted(`*:operand:${action(verb.operands, name)}`)];
  const options = verb.isRemoteCommand ? "-s -S -A '-*'" : '-s -S';
  return `_arguments ${options} ${[...specs, ...operands].map((spec) => `\\\n        ${spec}`).join(' ')}`;
}

/** `'*'{-w+,--nodes=}'[summary]:SET:action'`; a flag that may stand once excludes its own spellings. */
function flagSpec(flag: CompletableFlag, name: string): string {
  const spellings = [
    ...flag.letters.map((letter) => `-${letter}${flag.value === undefined ? '' : '+'}`),
    `--${flag.name}${flag.value === undefined ? '' : '='}`,
  ];
  const others = [...flag.letters.map((letter) => `-${letter}`), `--${flag.name}`].join(' ');
  const before = flag.repeatable ? "'*'" : quoted(`(${others})`);
  const value =
    flag.value === undefined ? '' : `:${flag.value.placeholder}:${action(flag.value.candidates, name)}`;
  const after = quoted(`[${flag.summary.replaceAll(/[[\]:\\]/g, '\\$&')}]${value}`);
  return `${before}${spellings.length === 1 ? (spellings[0] ?? '') : `{${spellings.join(',')}}`}${after}`;
}

function action(candidates: Candidates, name: string): string {
  switch (candidates.kind) {
    case 'words':
      return `(${candidates.words.join(' ')})`;
    case 'nodes':
    case 'groups':
      // The blank keeps _arguments from handing its own options to the function.
      return ` ${name}_live ${candidates.kind}`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'command':
      return '_command_names -e';
    case 'nothing':
      break;
  }
  return ' ';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
