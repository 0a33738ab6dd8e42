// Judges a parsed cluster file by the schema and words the complaints: where, which key, what is wrong, what was meant.
import type { Document } from 'yaml';
import { HeorotError } from '../error/heorot-error.ts';
import { didYouMean } from '../suggestion/suggest.ts';
import { type ClusterContent, clusterSchema, keysAt, valuesOf } from './cluster-schema.ts';
import { type KeyOrValue, offsetOf } from './yaml-position.ts';

type Position = (keys: readonly PropertyKey[], part?: KeyOrValue) => string;

/** One complaint about a cluster file. */
interface Complaint {
  readonly keys: readonly PropertyKey[];
  readonly part: KeyOrValue;
  readonly what: string;
  readonly hint: string | undefined;
}

/**
 * The content of a parsed cluster file.
 *
 * @param position tells `file:line:column` of a key or value
 * @throws HeorotError `cluster-file-invalid`: all complaints in the order of the file, one a line
 */
export function validateCluster(document: Document.Parsed, position: Position): ClusterContent {
  const input = plainValue(document, position);
  const result = clusterSchema.safeParse(input);
  if (result.success) return result.data;

  const complaints: Complaint[] = [];
  for (const issue of result.error.issues) {
    const keys = issue.path;
    const last = keys.at(-1);
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(keys, textAt(input, [...keys, 'type']));
      for (const key of issue.keys) {
        const hint = didYouMean(key, known) ?? `known keys: ${known.join(', ')}`;
        complaints.push({ keys: [...keys, key], part: 'key', what: 'unknown key', hint });
      }
    } else if (valuesOf(last).length > 0) {
      const written = textAt(input, keys);
      const what = written === undefined ? `${String(last)} is missing` : `'${written}' is not known`;
      const hint =
        (written === undefined ? undefined : didYouMean(written, valuesOf(last))) ??
        `one of ${valuesOf(last).join(', ')}`;
      complaints.push({ keys, part: 'value', what, hint });
    } else {
      const what =
        issue.code === 'invalid_type' && issue.expected !== 'string'
          ? `expected ${PLAIN[issue.expected] ?? issue.expected}`
          : issue.message;
      complaints.push({ keys, part: 'value', what, hint: undefined });
    }
  }
  const offset = ({ keys, part }: Complaint) => offsetOf(document, keys, part);
  throw complain(
    complaints.toSorted((a, b) => offset(a) - offset(b)),
    position,
  );
}

const PLAIN: Readonly<Record<string, string>> = {
  object: 'keys and values',
  record: 'keys and values',
  array: 'a list',
};
const MOST_COMPLAINTS = 10;

function complain(complaints: readonly Complaint[], position: Position): HeorotError {
  const line = ({ keys, part, what }: Complaint) =>
    `${position(keys, part)}: ${keys.length === 0 ? 'the file' : keys.map(String).join('.')}: ${what}`;
  const [only, ...more] = complaints;
  if (only && more.length === 0) {
    return new HeorotError(
      'cluster-file-invalid',
      line(only),
      only.hint === undefined ? {} : { hint: only.hint },
    );
  }
  const shown = complaints
    .slice(0, MOST_COMPLAINTS)
    .map((one) => (one.hint === undefined ? line(one) : `${line(one)} (${one.hint})`));
  if (complaints.length > shown.length) shown.push(`... and ${complaints.length - shown.length} more`);
  return new HeorotError('cluster-file-invalid', shown.join('\n'), {
    hint: `${complaints.length} complaints; start with the first`,
  });
}

// Aliases are followed here: an unknown one, or a bomb of them, shows only now.
function plainValue(document: Document.Parsed, position: Position): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    return value ?? '';
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new HeorotError('cluster-file-invalid', `${position([])}: ${what}`, {
      hint: 'the file must be YAML: *name stands for what &name marks; quote values that start with *',
      cause,
    });
  }
}

function textAt(input: unknown, keys: readonly PropertyKey[]): string | undefined {
  let value = input;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return typeof value === 'string' ? value : undefined;
}
