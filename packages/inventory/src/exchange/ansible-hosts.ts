// Ansible's host patterns: `www[01:50]`, `db-[a:f]`, `n[1:9:2]`, each end included.
import { isHostName } from '../host-name/host-name.ts';
import { formatError } from './portable-inventory.ts';

const MOST_HOSTS = 1_000_000;

/** @throws HeorotError `format-invalid` with file:line */
export function expandAnsibleHosts(pattern: string, path: string, line: number): readonly string[] {
  const [head = '', ...rest] = pattern.split('[');
  let names = [head];
  for (const part of rest) {
    const close = part.indexOf(']');
    if (close < 0) throw formatError(path, line, `'${pattern}': missing ']'`);
    const values = rangeOf(part.slice(0, close), pattern, path, line);
    if (names.length * values.length > MOST_HOSTS)
      throw formatError(path, line, `'${pattern}': more than ${MOST_HOSTS} hosts`);
    names = names.flatMap((name) => values.map((value) => `${name}${value}${part.slice(close + 1)}`));
  }
  const odd = names.find((name) => !isHostName(name));
  if (odd !== undefined) throw formatError(path, line, `'${odd}' is not a host name`);
  return names;
}

function rangeOf(text: string, pattern: string, path: string, line: number): readonly string[] {
  const letters = /^([a-z]):([a-z])(?::(\d+))?$|^([A-Z]):([A-Z])(?::(\d+))?$/.exec(text);
  const [first, last, step] = letters
    ? letters.slice(1).filter((part) => part !== undefined)
    : text.split(':');
  const isRange = letters !== null || /^\d{1,9}:\d{1,9}(:\d{1,9})?$/.test(text);
  if (!isRange || first === undefined || last === undefined || step === '0') {
    throw formatError(path, line, `'${pattern}': '[${text}]' is no range`, 'as in [01:20], [1:9:2] or [a:f]');
  }
  const from = letters ? first.charCodeAt(0) : Number(first);
  const to = letters ? last.charCodeAt(0) : Number(last);
  if (to < from) throw formatError(path, line, `'${pattern}': '[${text}]' runs backwards`);
  if (to - from > MOST_HOSTS) throw formatError(path, line, `'${pattern}': more than ${MOST_HOSTS} hosts`);
  const width = first.startsWith('0') ? first.length : 0;
  const values: string[] = [];
  for (let value = from; value <= to; value += Number(step ?? 1)) {
    values.push(letters ? String.fromCharCode(value) : String(value).padStart(width, '0'));
  }
  return values;
}
