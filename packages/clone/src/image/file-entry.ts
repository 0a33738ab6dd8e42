// One file of an image as its manifest lists it: everything that makes two files the same.

/** Extended attributes, ACLs and capabilities among them; values in base64, names in order. */
export type Attributes = readonly { readonly name: string; readonly value: string }[];

interface Common {
  /** From the root, without a slash at either end; bytes that are not UTF-8 as `\xHH`, see path-text. `''` is the root itself. */
  readonly path: string;
  /** Permission bits, set-id and sticky bits included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  readonly attributes: Attributes;
}

export type FileEntry = Common &
  (
    | { readonly type: 'file'; readonly size: number; readonly sha256: string }
    | { readonly type: 'directory' }
    | { readonly type: 'symlink'; readonly target: string }
    /** Another name of a file listed under `target`. */
    | { readonly type: 'hardlink'; readonly target: string }
    | { readonly type: 'character' | 'block'; readonly major: number; readonly minor: number }
    | { readonly type: 'fifo' }
  );
