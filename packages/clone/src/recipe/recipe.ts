// A recipe as data: its commands and sections in the order they stand, each with the place it comes from.
import type { Place } from './finding.ts';
import type { Arguments } from './parse-arguments.ts';
import type { Syntax } from './syntax.ts';

/** One line, of the recipe or of a file it includes. The text keeps its line end. */
export interface SourceLine {
  readonly text: string;
  readonly file: string | undefined;
  /** 1-based. */
  readonly line: number;
}

/** A command that was understood, alone or with errors in its arguments. */
export interface RecipeCommand {
  /** As the tables call it: `part` for `partition`. */
  readonly name: string;
  readonly place: Place;
  readonly arguments: Arguments;
  readonly source: SourceLine;
}

/** A section from its heading to its `%end`, both left out of the body. */
export interface RecipeSection {
  /** With its percent sign: `%post`. */
  readonly name: string;
  readonly place: Place;
  readonly arguments: Arguments;
  readonly heading: SourceLine;
  readonly body: readonly SourceLine[];
}

/** A parsed recipe. Lines with errors are left out of `commands`; `lines` holds everything, includes resolved. */
export interface Recipe {
  readonly syntax: Syntax;
  readonly commands: readonly RecipeCommand[];
  readonly sections: readonly RecipeSection[];
  readonly lines: readonly SourceLine[];
}

/** Lines as the reference parser counts them: ended by any line end that Unicode knows, which is kept. */
export function sourceLines(text: string, file?: string): readonly SourceLine[] {
  const unified = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const lines = unified.match(lineAndEnd) ?? [];
  return lines.filter((line) => line !== '').map((line, index) => ({ text: line, file, line: index + 1 }));
}

// oxlint-disable-next-line no-control-regex -- Python's splitlines() splits at these too
const lineAndEnd = /[^\n\v\f\x1c-\x1e\x85\u2028\u2029]*(?:[\n\v\f\x1c-\x1e\x85\u2028\u2029]|$)/gu;
