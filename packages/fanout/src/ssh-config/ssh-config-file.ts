// Reads ssh_config(5) files, with what they include, into a flat list of directives and the conditions they stand under.
import { glob, open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { LocalMachine } from './local-machine.ts';
import { patternList } from './pattern-list.ts';
import { type ConfigLine, splitLine } from './split-line.ts';

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
  /** A `Match final` stands somewhere, even over nothing: ssh reads everything a second time. */
  readonly asksForFinal: boolean;
}

interface Source {
  readonly origin: Directive['origin'];
  /** Refuse a file that others can write; ssh asks this of ~/.ssh/config and what it includes. */
  readonly checkOwner: boolean;
  readonly machine: LocalMachine;
}

/** As ssh: deeper is taken for a cycle. */
const deepest = 16;

/**
 * Reads `file` alone (as `ssh -F`; `none` reads nothing), else the user's and then the system's configuration.
 * @throws HeorotError `ssh-config-unreadable`, `ssh-config-invalid` (file:line), `ssh-config-unsafe` (others can write it)
 */
export async function readSshConfig(file: string | undefined, machine: LocalMachine): Promise<SshConfig> {
  const config: Draft = { directives: [], asksForFinal: false };
  if (file === 'none') return config;
  const user: Source = { origin: 'user', checkOwner: file === undefined, machine };
  if (file !== undefined) {
    if (await readInto(config, file, user, [], 0)) return config;
    throw new HeorotError('ssh-config-unreadable', `ssh config '${file}': no such file`);
  }
  await readInto(config, join(machine.home, '.ssh', 'config'), user, [], 0);
  const system: Source = { origin: 'system', checkOwner: false, machine };
  await readInto(config, join(machine.systemFolder, 'ssh_config'), system, [], 0);
  return config;
}

interface Draft {
  readonly directives: Directive[];
  asksForFinal: boolean;
}

/** False when there is no such file. */
async function readInto(
  config: Draft,
  path: string,
  source: Source,
  around: readonly Condition[],
  depth: number,
): Promise<boolean> {
  if (depth > deepest) {
    throw new HeorotError('ssh-config-invalid', `${path}: included more than ${deepest} files deep`, {
      hint: 'look for a file that includes itself',
    });
  }
  const text = await readChecked(path, source);
  let conditions = around;
  for (const [index, line] of (text ?? '').split('\n').entries()) {
    const where = `${path}:${index + 1}`;
    const parsed = splitAt(where, line);
    if (parsed === undefined) continue;
    if (parsed.words.length === 0)
      throw new HeorotError('ssh-config-invalid', `${where}: '${parsed.keyword}' has no value`);
    if (parsed.keyword === 'include') {
      for (const pattern of parsed.words) {
        for (const file of await includedFiles(pattern, source, where)) {
          await readInto(config, file, source, conditions, depth + 1);
        }
      }
    } else if (parsed.keyword === 'host' || parsed.keyword === 'match') {
      const condition = parseCondition(parsed, where);
      conditions = [...around, condition];
      config.asksForFinal ||=
        condition.kind === 'match' && condition.criteria.some(({ attribute }) => attribute === 'final');
    } else {
      config.directives.push({ ...parsed, where, origin: source.origin, conditions });
    }
  }
  return text !== undefined;
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

function parseCondition({ keyword, words }: ConfigLine, where: string): Condition {
  if (keyword === 'host') return { kind: 'host', matches: patternList(words), where };
  return { kind: 'match', criteria: parseCriteria(words, where), where };
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

function splitAt(where: string, line: string): ConfigLine | undefined {
  try {
    return splitLine(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new HeorotError('ssh-config-invalid', `${where}: ${error.message}`, { cause: error });
  }
}
