// The one error class of the toolkit: a stable code for programs, a sentence for people, and what to do next.

/** Extra facts of a {@link HeorotError}. */
export interface HeorotErrorOptions {
  /** What the reader can do about it, in the imperative; may hold a command to type. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error that ends the whole run (a node's failure is an outcome, not an error).
 *
 * @example throw new HeorotError('group-unknown', "no group 'computee'", { hint: "did you mean 'compute'?" });
 */
export class HeorotError extends Error {
  override readonly name = 'HeorotError';
  /** Stable, kebab-case, `<area>-<what>`: `node-set-syntax`, `group-unknown`, `cluster-file-invalid`. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: HeorotErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
