// Reads the ```console blocks of a page: what is typed after `$ `, and what the page says it prints.

/** One command of a page. */
export interface TypedCommand {
  readonly line: number;
  readonly command: string;
  /** From a trailing `# exits N`; 0. */
  readonly exitCode: number;
  /** The lines shown; a line `...` stands for any number of lines; undefined when none is shown. */
  readonly output: readonly string[] | undefined;
}

export function consoleBlocks(page: string): TypedCommand[] {
  const commands: TypedCommand[] = [];
  let inside = false;
  let shown: string[] = [];
  for (const [index, line] of page.split('\n').entries()) {
    if (line.startsWith('```')) {
      inside = line === '```console';
    } else if (inside && line.startsWith('$ ')) {
      const [, command = '', code = '0'] = /^\$ (.*?)(?:\s+# exits (\d+))?$/.exec(line) ?? [];
      shown = [];
      commands.push({ line: index + 1, command, exitCode: Number(code), output: shown });
    } else if (inside) {
      shown.push(line);
    }
  }
  return commands.map((typed) => (typed.output?.length === 0 ? { ...typed, output: undefined } : typed));
}

/**
 * Whether the lines printed are the lines shown: `...` stands for any number of them, how long something took does not
 * count, and neither does the order in which nodes answered.
 */
export function matchesShown(shown: readonly string[], printed: readonly string[]): boolean {
  return matches(canonical(shown), canonical(printed));
}

function matches(shown: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return printed.length === 0;
  if (first !== '...') return first === printed[0] && matches(rest, printed.slice(1));
  return Array.from({ length: printed.length + 1 }, (_, skipped) => skipped).some((skipped) =>
    matches(rest, printed.slice(skipped)),
  );
}

function canonical(lines: readonly string[]): string[] {
  const timeless = lines.map((line) => line.trimEnd().replaceAll(/\b\d+(\.\d+)? (ms|s|min)\b/g, 'TIME'));
  const answers = timeless.filter(isAnswer).toSorted();
  return timeless.map((line) => (isAnswer(line) ? (answers.shift() ?? line) : line));
}

const isAnswer = (line: string) => /^[a-z]+\d+: /.test(line);
