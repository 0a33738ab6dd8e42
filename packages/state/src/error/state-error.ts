// The one error class of state, with the same fields as inventory's HeorotError (which this package may not import).

/** An error about files the tools keep for themselves: what, where, and in `hint` what to do next. */
export class StateError extends Error {
  override readonly name = 'StateError';
  /** `state-folder`, `state-corrupt`, `state-newer`, `state-unusable`, `lock-held`. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** The system's own words for a failed call: `EACCES: permission denied`, without the path repeated. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/, \w+ '.*$/, '');
}
