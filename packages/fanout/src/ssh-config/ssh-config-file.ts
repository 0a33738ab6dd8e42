// Reads ssh_config(5) files, with what they include, into a flat list of directives and the conditions they stand under.
import { glob, open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { LocalMachine } from './local-machine.ts';
import { patternList } from './pattern-list.ts';

/** One option as written. */
export interface Directive {
  /** In lower case. */
  readonly keyword: string;
  /** Unquoted words; most options take one. */
  readonly words: readonly string[];
  /** `file:line` */
  readonly where: string;
  readonly origin: 'user' | 'system';
  /** All must hold: the block's own, and those around the Include that brought it here. */
  readonly conditions: readonly Condition[];
}

export type Condition =
  | { readonly kind: 'host'; readonly matches: (host: string) => boolean; readonly where: string }
  | { readonly kind: 'match'; readonly criteria: readonly Criterion[]; readonly where: string };

export interface Criterion {
  /** In lower case, without `!`. */
  readonly attribute: string;
  readonly negated: boolean;
  readonly argument: string;
  readonly matches: (text: string) => boolean;
}

export interface SshConfig {
  /** In the order in which ssh reads them: the first value of an option wins. */
  readonly directives: readonly Directive[];
}

type ParseLine = (
  text: string,
) => { readonly keyword: string; readonly words: readonly string[] } | undefined;

interface Source {
  readonly origin: Directive['origin'];
  /** Refuse a file that others can write; ssh asks this of ~/.ssh/config and what it includes. */
  readonly checkOwner: boolean;
  readonly machine: LocalMachine;
  readonly parseLine: ParseLine;
}

/** As ssh: deeper is taken for a cycle. */
const deepest = 16;

/**
 * Reads `file` alone (as `ssh -F`; `none` reads nothing), else the user's and then the system's configuration.
 * @throws HeorotError `ssh-config-unreadable`, `ssh-config-invalid` (file:line), `ssh-config-unsafe` (others can write it)
 */
export async function readSshConfig(file: string | undefined, machine: LocalMachine): Promise<SshConfig> {
  const parseLine = await lineParser();
  const user: Source = { origin: 'user', checkOwner: file === undefined, machine, parseLine };
  if (file === 'none') return { directives: [] };
  if (file !== undefined) {
    const directives = await readFileInto(file, user, [], 0);
    if (directives === undefined)
      throw new HeorotError('ssh-config-unreadable', `ssh config '${file}': no such file`);
    return { directives };
  }
  const own = await readFileInto(join(machine.home, '.ssh', 'config'), user, [], 0);
  const system: Source = { ...user, origin: 'system', checkOwner: false };
  const shared = await readFileInto(join(machine.systemFolder, 'ssh_config'), system, [], 0);
  return { directives: [...(own ?? []), ...(shared ?? [])] };
}

async function readFileInto(
  path: string,
  source: Source,
  around: readonly Condition[],
  depth: number,
): Promise<Directive[] | undefined> {
  if (depth > deepest)
    throw new HeorotError('ssh-config-invalid', `${path}: included more than ${deepest} files deep`, {
      hint: 'look for a file that includes itself',
    });
  const text = await readChecked(path, source);
  if (text === undefined) return undefined;

  const directives: Directive[] = [];
  let conditions = around;
  for (const [index, line] of text.split('\n').entries()) {
    const where = `${path}:${index + 1}`;
    const parsed = parseAt(where, line, source.parseLine);
    if (parsed === undefined) continue;
    if (parsed.words.length === 0)
      throw new HeorotError('ssh-config-invalid', `${where}: '${parsed.keyword}' has no value`);
    if (parsed.keyword === 'host') {
      conditions = [...around, { kind: 'host', matches: patternList(parsed.words), where }];
    } else if (parsed.keyword === 'match') {
      conditions = [...around, { kind: 'match', criteria: parseCriteria(parsed.words, where), where }];
    } else if (parsed.keyword === 'include') {
      for (const pattern of parsed.words) {
        for (const included of await includedFiles(pattern, source, where)) {
          directives.push(...((await readFileInto(included, source, conditions, depth + 1)) ?? []));
        }
      }
    } else {
      directives.push({ ...parsed, where, origin: source.origin, conditions });
    }
  }
  return directives;
}

async function readChecked(path: string, { checkOwner, machine }: Source): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r');
    const { uid, mode } = await file.stat();
    if (checkOwner && ((uid !== 0 && uid !== machine.uid) || (mode & 0o022) !== 0)) {
      throw new HeorotError(
        'ssh-config-unsafe',
        `ssh config '${path}' belongs to somebody else or can be written by others`,
        {
          hint: `chmod go-w ${path}`,
        },
      );
    }
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof HeorotError) throw error;
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new HeorotError('ssh-config-unreadable', `ssh config '${path}' cannot be read`, { cause: error });
  }
}

async function includedFiles(pattern: string, { origin, machine }: Source, where: string): Promise<string[]> {
  const folder = origin === 'user' ? join(machine.home, '.ssh') : machine.systemFolder;
  if (pattern.startsWith('~') && !pattern.startsWith('~/')) {
    throw new HeorotError(
      'ssh-config-invalid',
      `${where}: Include of another user's folder is not supported`,
    );
  }
  const expanded = pattern.startsWith('~/') ? join(machine.home, pattern.slice(2)) : pattern;
  const path = isAbsolute(expanded) ? expanded : join(folder, expanded);
  if (!/[*?[]/.test(path)) return [path];
  const found: string[] = [];
  for await (const file of glob(path)) found.push(file);
  // As glob(3): sorted, and a wildcard does not find hidden files.
  return found.filter((file) => !/\/\.[^/]*$/.test(file) || /\/\.[^/]*$/.test(path)).sort();
}

function parseCriteria(words: readonly string[], where: string): Criterion[] {
  const criteria: Criterion[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at++] ?? '';
    const negated = word.startsWith('!');
    const attribute = word.slice(negated ? 1 : 0).toLowerCase();
    if (attribute === 'all' || attribute === 'final' || attribute === 'canonical') {
      criteria.push({ attribute, negated, argument: '', matches: () => false });
      continue;
    }
    const argument = words[at++];
    if (argument === undefined)
      throw new HeorotError('ssh-config-invalid', `${where}: Match '${word}' needs an argument`);
    const host = attribute === 'host' || attribute === 'originalhost';
    criteria.push({
      attribute,
      negated,
      argument,
      matches: patternList((host ? argument.toLowerCase() : argument).split(',')),
    });
  }
  return criteria;
}

/**
 * The `ssh-config` package as a reader of single lines: ssh_config has no continuation lines, and so each keeps its number,
 * and a keyword without a value cannot swallow the line after it. Its evaluation, which runs `Match exec`, is never called.
 */
async function lineParser(): Promise<ParseLine> {
  const { LineType, parse } = await import('ssh-config');
  return (text) => {
    const line = text.trim();
    if (/^(#|$)/.test(line)) return undefined;
    if (!/^[^\s=]+\s*[\s=]\s*[^\s=#]/.test(line))
      return { keyword: line.toLowerCase().replace(/[\s=].*/, ''), words: [] };
    const [parsed] = parse(line);
    if (parsed?.type !== LineType.DIRECTIVE) return undefined;
    const words = typeof parsed.value === 'string' ? [parsed.value] : parsed.value.map(({ val }) => val);
    return { keyword: parsed.param.toLowerCase(), words };
  };
}

function parseAt(where: string, line: string, parseLine: ParseLine): ReturnType<ParseLine> {
  try {
    return parseLine(line);
  } catch (error) {
    throw new HeorotError('ssh-config-invalid', `${where}: unbalanced quotes`, { cause: error });
  }
}
