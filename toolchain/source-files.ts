// Reads the sources of the workspace for the architecture test: files, what they import, where types stand.
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the root of the workspace, with slashes: `packages/cli/src/index.ts`. */
  readonly path: string;
  /** `cli` */
  readonly package: string;
  readonly text: string;
  /** A test, or what only tests use: test/, testing/, *.fixture.ts. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'dynamic';
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const packageNames: readonly string[] = readdirSync(join(root, 'packages')).toSorted();

/** Every TypeScript file below src/ and test/ of every package. */
export const sourceFiles: readonly SourceFile[] = packageNames.flatMap((name) =>
  ['src', 'test'].flatMap((folder) =>
    filesBelow(join(root, 'packages', name, folder)).map((path) => read(path, name)),
  ),
);

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function read(absolute: string, name: string): SourceFile {
  const path = relative(root, absolute).replaceAll(sep, '/');
  const text = readFileSync(absolute, 'utf8');
  const isTest = /\.test\.ts$|\.fixture\.ts$|\/test\/|\/testing\//.test(path);
  return { path, package: name, text, isTest, imports: importsOf(text) };
}

export function importsOf(text: string): readonly Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const calls = code(text).matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(
      ([, type, specifier = '']): Import => ({ specifier, kind: type === undefined ? 'static' : 'type' }),
    ),
    ...[...calls].map(([, specifier = '']): Import => ({ specifier, kind: 'dynamic' })),
  ];
}

/** The text without its comment lines. */
export function code(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^\s*(\/\/|\/?\*)/.test(line) ? '' : line))
    .join('\n');
}

export interface TypePlace {
  readonly line: number;
  /** What Node takes out to run the file: a type, `as Foo`, `!`; without comments and texts. */
  readonly text: string;
}

/** Node itself says what is type and what is code: it blanks types out and leaves every position as it was. */
export function typePlaces(file: Pick<SourceFile, 'path' | 'text'>): readonly TypePlace[] {
  const before = Buffer.from(file.text).toString('latin1');
  const after = Buffer.from(stripTypeScriptTypes(file.text, { mode: 'strip' })).toString('latin1');
  if (before.length !== after.length) throw new Error(`${file.path}: types could not be told from code`);
  const places: TypePlace[] = [];
  let start = -1;
  for (let at = 0; at <= before.length; at++) {
    const blanked = at < before.length && before[at] !== after[at];
    const blank = at < before.length && /\s/.test(before[at] ?? '');
    if (blanked && start === -1) start = at;
    if (start === -1 || blanked || (blank && /\s/.test(after[at] ?? ''))) continue;
    places.push({ line: before.slice(0, start).split('\n').length, text: bare(before.slice(start, at)) });
    start = -1;
  }
  return places;
}

function bare(type: string): string {
  return type.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, ' ').trim();
}
