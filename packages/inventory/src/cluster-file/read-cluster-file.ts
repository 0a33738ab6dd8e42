// From the text of a cluster file to checked content. Every complaint names file:line:column and the key.
import { dirname, isAbsolute, join } from 'node:path';
import { HeorotError } from '../error/heorot-error.ts';
import type { ClusterContent } from './cluster-schema.ts';
import { readTrustedFile, type UserId } from './trusted-file.ts';
import { type KeyOrValue, oddKey, offsetOf } from './yaml-position.ts';

export interface ClusterFile {
  readonly path: string;
  readonly content: ClusterContent;
  /** `file:line:column` of a key, or of its value. */
  readonly where: (keys: readonly PropertyKey[], part?: KeyOrValue) => string;
  /** An error about what stands at these keys. */
  errorAt(
    keys: readonly PropertyKey[],
    what: string,
    options?: { hint?: string | undefined; cause?: unknown },
  ): HeorotError;
  /** A file that the cluster file names: `~` is the home folder, relative paths start at the cluster file. */
  readonly resolvePath: (file: string) => string;
}

/**
 * Reads and checks a cluster file that belongs to the user.
 *
 * @throws HeorotError `cluster-file-invalid` (all complaints, one a line), `file-missing`, `file-not-trusted`
 */
export async function readClusterFile(path: string, userId: UserId, home: string): Promise<ClusterFile> {
  return await parseClusterFile(await readTrustedFile(path, userId), path, home);
}

/**
 * Checks the text of a cluster file.
 *
 * @param path what errors call it, and where its relative paths start
 * @throws HeorotError `cluster-file-invalid`
 */
export async function parseClusterFile(text: string, path: string, home: string): Promise<ClusterFile> {
  const { LineCounter, parseDocument } = await import('../exchange/yaml-library.ts');
  const lines = new LineCounter();
  // The failsafe schema keeps every scalar as written: `007`, `1.10`, `no` and `00:11:22:33:44:55` are texts.
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    // The library's own check compares each key with each: 10 000 nodes cost half a second.
    uniqueKeys: false,
    // Nothing is to be written to stderr behind our back.
    logLevel: 'error',
    lineCounter: lines,
    prettyErrors: false,
  });
  const fail = (offset: number, what: string, hint: string) => {
    const { line, col } = lines.linePos(offset);
    return new HeorotError('cluster-file-invalid', `${path}:${line}:${col}: ${what}`, { hint });
  };
  const [broken] = document.errors;
  if (broken) {
    const [start] = broken.pos;
    const line = text.split('\n')[lines.linePos(start).line - 1] ?? '';
    throw fail(start, firstLineOf(broken.message), hintFor(line));
  }
  const odd = oddKey(document.contents);
  if (odd)
    throw fail(
      odd.offset,
      odd.what,
      'a key stands once in its section; quote it where it holds brackets or braces',
    );
  const position = (keys: readonly PropertyKey[], part: KeyOrValue = 'key') => {
    const { line, col } = lines.linePos(offsetOf(document, keys, part));
    return `${path}:${line}:${col}`;
  };
  // Deferred: the schema is needed only where there is a cluster file.
  const { validateCluster } = await import('./validate-cluster.ts');
  const content = validateCluster(document, position);
  return {
    path,
    content,
    where: position,
    errorAt: (keys, what, options = {}) =>
      new HeorotError('cluster-file-invalid', `${position(keys)}: ${keys.map(String).join('.')}: ${what}`, {
        ...(options.hint === undefined ? {} : { hint: options.hint }),
        cause: options.cause,
      }),
    resolvePath: (file) => {
      if (file === '~' || file.startsWith('~/')) return join(home, file.slice(1));
      return isAbsolute(file) ? file : join(dirname(path), file);
    },
  };
}

// In `{address: 10.1.0.[1-8]}` YAML takes the bracket for the start of a list.
function hintFor(line: string): string {
  const bracketed = /\{.*?:\s*([^\s"'{},[\]]+\[[^\]]*\][^\s,}]*)/.exec(line)?.[1];
  if (bracketed !== undefined) return `inside { } quote what holds brackets: "${bracketed}"`;
  return 'the file must be YAML: indent with blanks, and quote values that start with @, *, [ or {';
}

function firstLineOf(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
