// What the digesting thread does. It is started from its text, and so uses nothing of any module.

/** What the thread is told about one of its files. */
export interface Order {
  readonly file: number;
  /** With the first order. */
  readonly opened?: { readonly path: Uint8Array; readonly from: number };
  /** The file holds its final bytes up to here. */
  readonly to: number;
  readonly after: 'wait' | 'answer' | 'close';
}

/** The end of a file: its SHA-256 in hexadecimal, or what the system said. */
export interface Answer {
  readonly file: number;
  readonly digest?: string;
  readonly error?: unknown;
}

/** Digests a block of each file in turn: none waits for a larger one. */
export function digestFiles(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const open = (path: Uint8Array, at: number) => {
    return {
      descriptor: openSync(Buffer.from(path), 'r'),
      hash: createHash('sha256'),
      at,
      to: at,
      last: false,
    };
  };
  const files = new Map<number, ReturnType<typeof open>>();
  const block = Buffer.allocUnsafe(1024 * 1024);
  let working = false;

  const close = (file: number) => {
    const known = files.get(file);
    if (known !== undefined) closeSync(known.descriptor);
    files.delete(file);
  };
  const attempt = (file: number, work: () => string | undefined) => {
    let answer: Answer;
    try {
      const digest = work();
      if (digest === undefined) return;
      answer = { file, digest };
    } catch (error) {
      answer = { file, error };
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    parentPort?.postMessage(answer);
    close(file);
  };
  const digestBlock = (known: ReturnType<typeof open>) => {
    const length = readSync(
      known.descriptor,
      block,
      0,
      Math.min(block.length, known.to - known.at),
      known.at,
    );
    known.hash.update(block.subarray(0, length));
    // Shorter than it should be: its digest will not be the one that is expected.
    if (length === 0) known.to = known.at;
    known.at += length;
    return known.last && known.at === known.to ? known.hash.digest('hex') : undefined;
  };
  const workOn = () => {
    for (const [file, known] of files) {
      if (known.at < known.to || known.last) attempt(file, () => digestBlock(known));
    }
    working = Array.from(files.values()).some(({ at, to }) => at < to);
    if (working) setImmediate(workOn);
  };
  parentPort?.on('message', ({ file, opened, to, after }: Order) => {
    attempt(file, () => {
      if (opened !== undefined) files.set(file, open(opened.path, opened.from));
      return undefined;
    });
    if (after === 'close') return close(file);
    const known = files.get(file);
    if (known === undefined) return;
    known.to = to;
    known.last = after === 'answer';
    if (!working) setImmediate(workOn);
    working = true;
  });
}
