// What is found in a recipe: an error the installer would stop at, a warning, or a remark about an image deployment.

/**
 * `error`: the reference parser rejects the line, or an image cannot be deployed by it.
 * `warning`: it is accepted, with a complaint or a loss. `info`: it has no effect in an image deployment.
 */
export type Severity = 'error' | 'warning' | 'info';

/** One remark about one place. */
export interface Finding {
  /** The included file; `undefined` in the recipe itself. */
  readonly file: string | undefined;
  /** 1-based, as is the column. */
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  /** Stable, kebab-case: `unknown-command`, `option-removed`, ... */
  readonly code: string;
  readonly message: string;
  /** What to write instead; `undefined` when the message says all. */
  readonly hint: string | undefined;
}

/** A place in a recipe or in a file it includes. */
export interface Place {
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Builds a finding at a place. */
export function finding(
  place: Place,
  severity: Severity,
  code: string,
  message: string,
  hint?: string,
): Finding {
  return { file: place.file, line: place.line, column: place.column, severity, code, message, hint };
}
