// Hands out the lines of a recipe one by one, with those of included files in between.
import { type Finding, finding, type Place } from './finding.ts';
import { type SourceLine, sourceLines } from './recipe.ts';

/**
 * The text of an included file by the path written in the recipe; `undefined` when there is none.
 * @param path as written
 * @param from the file that includes it; `undefined` for the recipe itself
 */
export type ReadInclude = (path: string, from: string | undefined) => string | undefined;

/** Deeper than anyone nests by intent. */
const deepest = 20;

/** The lines still to come; what was handed out is kept in `taken`. */
export class LineSource {
  readonly taken: SourceLine[] = [];
  /** Last in, first out: the files that are open, the innermost last. */
  readonly #open: { readonly file: string | undefined; readonly rest: SourceLine[] }[];
  readonly #readInclude: ReadInclude | undefined;

  constructor(text: string, readInclude: ReadInclude | undefined) {
    this.#readInclude = readInclude;
    this.#open = [{ file: undefined, rest: sourceLines(text).toReversed() }];
  }

  /** The next line; `undefined` at the end of all files. */
  next(): SourceLine | undefined {
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      const line = top.rest.pop();
      if (line !== undefined) {
        this.taken.push(line);
        return line;
      }
      this.#open.pop();
    }
    return undefined;
  }

  /** Goes on with a file in place of the line just taken; without a reader the line stays and nothing is read. */
  include(path: string | undefined, directive: string, place: Place): readonly Finding[] {
    if (path === undefined || path === '')
      return [finding(place, 'error', 'include-path', `${directive} needs a path`)];
    if (this.#readInclude === undefined) return [];
    if (this.#open.some(({ file }) => file === path) || this.#open.length > deepest)
      return [finding(place, 'error', 'include-loop', `'${path}' includes itself`)];
    const content = this.#readInclude(path, place.file);
    if (content === undefined)
      return [
        finding(
          place,
          'error',
          'include-missing',
          `no file '${path}' to include`,
          'a file that %pre makes on the node cannot be checked here: give a copy of it',
        ),
      ];
    this.taken.pop();
    this.#open.push({ file: path, rest: sourceLines(content, path).toReversed() });
    return [];
  }
}
