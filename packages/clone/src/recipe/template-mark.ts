// Finds what a template engine should have replaced: Cobbler (Cheetah), Jinja, ERB (Foreman), plain $variables.

/** A mark of a template on a line. */
export interface TemplateMark {
  /** 1-based. */
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

const marks: readonly { readonly pattern: RegExp; readonly engine: string }[] = [
  { pattern: /\$SNIPPET\s*\(|\bSNIPPET::/, engine: 'a Cobbler snippet' },
  { pattern: /\{\{|\{%/, engine: 'a Jinja expression' },
  { pattern: /<%/, engine: 'an ERB expression' },
  { pattern: /@@\w+@@/, engine: 'a placeholder' },
  {
    pattern: /\$\{[A-Za-z_][\w.]*\}|\$[A-Za-z_]\w*(?:\.\w+)*(?:\(|(?![\w$./]*\$))/,
    engine: 'a template variable',
  },
];

/** A crypt(3) hash: `$6$salt$hash`, `$y$...`; its dollars are no variables. */
const hash = /\$(?:\d|y|gy|7|2[abxy]|sha1|md5)\$[^\s'"]*/g;

/** The first mark on a line of commands; `undefined` when it is plain kickstart. Scripts are not for this: `$x` is theirs. */
export function templateMark(line: string): TemplateMark | undefined {
  const plain = line.replace(hash, (found) => ' '.repeat(found.length));
  for (const { pattern, engine } of marks) {
    const at = plain.search(pattern);
    if (at === -1) continue;
    const shown = plain.slice(at).trim().split(/\s/)[0] ?? '';
    return {
      column: at + 1,
      message: `the line is a template: '${shown}' is ${engine}`,
      hint: 'render the template first (cobbler system getks, ansible template) and give the result',
    };
  }
  return undefined;
}

/** Directives of Cheetah that kickstart takes for comments: `#if $x`, `#end if`, `#set $y = 1`. */
export function templateDirective(line: string): TemplateMark | undefined {
  const match =
    /^\s*(#(?:(?:if|elif|else if|unless|for|while|set|def|include|import|from)\s.*[$(].*|end (?:if|for|while|unless|def|raw)|else|raw))\s*$/.exec(
      line,
    );
  if (match?.[1] === undefined) return undefined;
  return {
    column: line.indexOf('#') + 1,
    message: `'${match[1].trim()}' is a directive of Cobbler's templates, and a comment to the installer`,
    hint: 'render the template first (cobbler system getks) and give the result',
  };
}
