// The error of a node-set expression that cannot be read: what is wrong, and where.
import { HeorotError } from '../error/heorot-error.ts';
import { quoteVisibly } from '../host-name/visible-text.ts';

/** Code `node-set-syntax`; the message reads `node set 'n[1-': missing ']' at offset 4`. */
export class NodeSetSyntaxError extends HeorotError {
  /** The whole expression. */
  readonly text: string;
  /** Where in {@link text} the fault is, in UTF-16 units from 0. */
  readonly offset: number;
  readonly #problem: string;

  constructor(text: string, offset: number, problem: string, hint?: string) {
    super(
      'node-set-syntax',
      `node set ${quoteVisibly(text)}: ${problem} at offset ${offset}`,
      hint === undefined ? {} : { hint },
    );
    this.text = text;
    this.offset = offset;
    this.#problem = problem;
  }

  /** The same fault with another hint. */
  with({ hint }: { readonly hint: string }): NodeSetSyntaxError {
    return new NodeSetSyntaxError(this.text, this.offset, this.#problem, hint);
  }
}
