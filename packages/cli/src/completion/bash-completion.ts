// The completion script for bash >= 4.4; does not need the bash-completion package.
import type { Tool } from '../tool/tool.ts';
import {
  type Candidates,
  type CompletableFlag,
  type CompletableVerb,
  completableVerbs,
} from './completable.ts';

export function bashCompletion(tool: Tool): string {
  const name = `_${tool.name.replaceAll(/[^a-z0-9]/g, '_')}`;
  const verbs = completableVerbs(tool);
  return `# bash completion for ${tool.name}; written from its flag tables.
# Use: eval "$(${tool.name} --completion bash)", or put it into /etc/bash_completion.d/.

${name}_complete() {
  # The words as typed: COMP_WORDS is broken at @ : and =, which node sets are made of.
  local line=\${COMP_LINE:0:COMP_POINT} word words typed verb='' previous='' equals='' operand=0 candidates=()
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=\${words[-1]} typed=("\${words[@]:1:\${#words[@]}-2}")
  (( \${#typed[@]} )) && previous=\${typed[-1]}
${verbLookup(verbs)}  if [[ $word == --*=* ]]; then
    previous=\${word%%=*} equals=$previous= word=\${word#*=}
  fi
  case $verb in
${verbs.map((verb) => verbCase(verb, name)).join('\n')}
  esac
${offerVerbs(verbs, name)}  # Readline replaces only what stands behind the last word break; an @ it keeps with the word, for host names.
  [[ $COMP_WORDBREAKS == *=* ]] || candidates=("\${candidates[@]/#/$equals}") word=$equals$word
  local mark kept='' before
  for mark in @ : =; do
    before=\${word%"\${word##*"$mark"}"}
    [[ $mark == @ ]] && before=\${before%@}
    [[ $COMP_WORDBREAKS == *"$mark"* ]] && (( \${#before} > \${#kept} )) && kept=$before
  done
  COMPREPLY=("\${candidates[@]#"$kept"}")
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
  return 0
}

# Each fills candidates.
${name}_words() { mapfile -t candidates < <(compgen -W "$1" -- "$word"); }
${name}_live() { mapfile -t candidates < <("\${words[0]}" --complete "$1" "$word" 2>/dev/null); }
${name}_paths() { mapfile -t candidates < <(compgen "$1" -- "$word"); compopt -o filenames 2>/dev/null; }

complete -F ${name}_complete ${tool.name}
`;
}

/** Takes the verb, of two words or one, off the words typed. */
function verbLookup(verbs: readonly CompletableVerb[]): string {
  const names = verbs.map(({ name }) => name).filter((each) => each !== '');
  if (names.length === 0) return '';
  const patterns = names.map((each) => `'${each}'`).join('|');
  return `  case "\${typed[*]:0:2}" in ${patterns}) verb=\${typed[*]:0:2} ;; esac
  if [[ -z $verb ]]; then case "\${typed[0]-}" in ${patterns}) verb=\${typed[0]} ;; esac; fi
  local verb_words=($verb)
  typed=("\${typed[@]:\${#verb_words[@]}}")
`;
}

/** First words where nothing is typed yet, second words behind their first. */
function offerVerbs(verbs: readonly CompletableVerb[], name: string): string {
  const names = verbs.map((verb) => verb.name).filter((each) => each !== '');
  if (names.length === 0) return '';
  const firsts = [...new Set(names.map((each) => each.split(' ', 1)[0] ?? ''))];
  const cases = firsts.flatMap((first) => {
    const seconds = names
      .filter((each) => each.startsWith(`${first} `))
      .map((each) => each.slice(first.length + 1));
    return seconds.length === 0 ? [] : [`    '${first}') ${name}_words '${seconds.join(' ')}' ;;`];
  });
  return `  [[ -z $verb && -z $equals && $word != -* ]] && case "\${typed[*]}" in
    '') ${name}_words '${firsts.join(' ')}' ;;
${cases.map((each) => `${each}\n`).join('')}  esac
`;
}

function verbCase(verb: CompletableVerb, name: string): string {
  const valued = verb.flags.filter((flag) => flag.value !== undefined);
  const values = valued.map(
    (flag) =>
      `        ${spellings(flag).join('|')}) ${fill(flag.value?.candidates ?? { kind: 'nothing' }, name)} ;;`,
  );
  const flags = `${name}_words '${verb.flags.map((flag) => `--${flag.name}`).join(' ')}'`;
  return `    '${verb.name}')
${verb.isRemoteCommand ? findOperand(valued) : ''}      if (( operand )); then ${name}_paths -f
      else case $previous in
${values.join('\n')}
        *) if [[ $word == -* ]]; then ${flags}; else ${fill(verb.operands, name)}; fi ;;
      esac; fi
      ;;`;
}

/** Behind the first operand stands another program's command line. */
function findOperand(valued: readonly CompletableFlag[]): string {
  return `      local each skip=0
      for each in "\${typed[@]}"; do
        if (( skip )); then skip=0; continue; fi
        case $each in
          ${valued.flatMap(spellings).join('|')}) skip=1 ;;
          --) operand=1; break ;;
          -*) ;;
          *) operand=1; break ;;
        esac
      done
`;
}

function spellings(flag: CompletableFlag): readonly string[] {
  return [`--${flag.name}`, ...flag.letters.map((letter) => `-${letter}`)];
}

function fill(candidates: Candidates, name: string): string {
  switch (candidates.kind) {
    case 'words':
      return `${name}_words '${candidates.words.join(' ')}'`;
    case 'nodes':
    case 'groups':
      return `${name}_live ${candidates.kind}`;
    case 'files':
      return `${name}_paths -f`;
    case 'folders':
      return `${name}_paths -d`;
    case 'command':
      return `${name}_paths -c`;
    case 'nothing':
      break;
  }
  return ':';
}
