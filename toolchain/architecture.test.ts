// The rules of the house (docs/decisions): who may import whom, and what the code never does.
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { code, packageNames, type SourceFile, sourceFiles, typePlaces } from './source-files.ts';

/** Arrows between packages; an import that is not drawn here is an error. */
const tool = ['cli', 'fanout', 'inventory', 'state'];
const arrows: Readonly<Record<string, readonly string[]>> = {
  inventory: [],
  state: [],
  fanout: ['inventory'],
  cli: ['inventory'],
  lab: ['inventory'],
  dsh: tool,
  nodes: tool,
  clone: tool,
  'memtest-runner': tool,
  netmon: tool,
  heorot: ['cli', 'clone', 'dsh', 'fanout', 'inventory', 'lab', 'memtest-runner', 'netmon', 'nodes', 'state'],
};

/** Casts that stay, each with its reason; everything else is told to the compiler in types. */
const casts: Readonly<Record<string, string>> = {
  'packages/cli/src/flags/parse-flags.ts': 'a flag table says at run time what FlagValues says in types',
};

const sources = sourceFiles.filter((file) => !file.isTest);
const tests = sourceFiles.filter((file) => file.isTest);

/** `path: detail` of each offence, so that a failure names them all. */
function offences(
  files: readonly SourceFile[],
  find: (file: SourceFile) => readonly string[],
): readonly string[] {
  return files.flatMap((file) => find(file).map((detail) => `${file.path}: ${detail}`));
}

/** Lines of code, comments left out, that match. */
function lines(file: SourceFile, pattern: RegExp): readonly string[] {
  return code(file.text)
    .split('\n')
    .flatMap((line, at) => (pattern.test(line) ? [`${at + 1}: ${line.trim()}`] : []));
}

describe('packages', () => {
  it('are all drawn', () => {
    expect(packageNames.filter((name) => !(name in arrows))).toEqual([]);
  });

  it('import only along the arrows; tests may use the lab as well', () => {
    const crossing = offences(sourceFiles, (file) => {
      const allowed = [...(arrows[file.package] ?? []), file.package, ...(file.isTest ? ['lab'] : [])];
      const imported = file.imports.map(({ specifier }) => /^@heorot\/([^/]+)/.exec(specifier)?.[1]);
      return imported
        .filter((name) => name !== undefined && !allowed.includes(name))
        .map((name) => `imports ${name}`);
    });
    expect(crossing).toEqual([]);
  });

  it('are entered by their index alone', () => {
    const intruding = offences(sourceFiles, (file) =>
      file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => /^@heorot\/[^/]+\//.test(specifier) || leavesPackage(file, specifier)),
    );
    expect(intruding).toEqual([]);
  });

  it('have an index that only exports, and no other barrel', () => {
    const barrels = offences(sources, (file) => {
      const statements = code(file.text)
        .split(/;\s*$/m)
        .map((statement) => statement.trim())
        .filter((each) => each !== '');
      const reexports = statements.filter((statement) =>
        /^export\s+(type\s+)?(\{[^}]*\}|\*).*from\s/s.test(statement),
      );
      if (/^packages\/[^/]+\/src\/index\.ts$/.test(file.path)) {
        return statements.length === reexports.length || statements.every((each) => each === 'export {}')
          ? []
          : ['holds code'];
      }
      if (basename(file.path) === 'index.ts') return ['is a second index'];
      return reexports.length > 1 && reexports.length === statements.length ? ['only re-exports'] : [];
    });
    expect(barrels).toEqual([]);
  });
});

function leavesPackage(file: SourceFile, specifier: string): boolean {
  if (!specifier.startsWith('.')) return false;
  return !join(dirname(file.path), specifier).startsWith(`packages/${file.package}/`);
}

describe('what a package never does', () => {
  const network =
    /^import(?! \{ isIP(v[46])?(, isIPv[46])? \}).*'((node:)?(net|tls|dns|dns\/promises|dgram|http|https|http2)|ssh2)'/;

  it.each(['inventory', 'cli'])(
    '%s opens no connection (to ask node:net what an address is, is none)',
    (name) => {
      const files = sources.filter((file) => file.package === name);
      expect(offences(files, (file) => lines(file, network))).toEqual([]);
    },
  );

  it('fanout never prints', () => {
    const files = sources.filter((file) => file.package === 'fanout');
    expect(offences(files, (file) => lines(file, /\bprocess\.std(out|err)\b/))).toEqual([]);
  });

  it('nobody but the bins and the runner of tools prints to the console or ends the process', () => {
    const exempt = /^packages\/heorot\/src\/bin\/|^packages\/cli\/src\/tool\/run-tool\.ts$/;
    const files = sources.filter((file) => !exempt.test(file.path));
    expect(
      offences(files, (file) => lines(file, /\bconsole\.|\bprocess\.(exit|abort|reallyExit)\(/)),
    ).toEqual([]);
  });
});

describe('start-up', () => {
  const heavy = /^(ssh2|ssh-config|zod|yaml|listr2|chalk|@oclif\/core)(\/|$)/;

  it.each(['cli', 'dsh', 'nodes', 'inventory'])('%s loads nothing heavy before it is needed', (name) => {
    const reached = reachable(`packages/${name}/src/index.ts`);
    expect(
      offences(reached, (file) =>
        file.imports
          .filter(({ kind, specifier }) => kind === 'static' && heavy.test(specifier))
          .map(({ specifier }) => `imports ${specifier}`),
      ),
    ).toEqual([]);
  });
});

/** The files that are loaded with this one: over static imports, across packages. */
function reachable(entry: string): readonly SourceFile[] {
  const byPath = new Map(sourceFiles.map((file) => [file.path, file]));
  const found = new Map<string, SourceFile>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (file === undefined || found.has(path)) continue;
    found.set(path, file);
    for (const { kind, specifier } of file.imports) {
      if (kind !== 'static') continue;
      const other = /^@heorot\/([^/]+)$/.exec(specifier)?.[1];
      if (other !== undefined) waiting.push(`packages/${other}/src/index.ts`);
      else if (specifier.startsWith('.')) waiting.push(join(dirname(path), specifier));
    }
  }
  return [...found.values()];
}

describe('files', () => {
  it('have at most 350 lines: past that they are two topics', () => {
    expect(
      offences(sourceFiles, ({ text }) =>
        text.split('\n').length > 351 ? [`${text.split('\n').length - 1} lines`] : [],
      ),
    ).toEqual([]);
  });

  it('are named in kebab case, in folders that say what they are about', () => {
    const vague = /\/(utils?|helpers?|common|misc|shared|lib|stuff)\//;
    expect(
      offences(sourceFiles, ({ path }) => [
        ...(vague.test(path) ? ['stands in a folder that says nothing'] : []),
        ...(/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?(\.fixture)?\.ts$/.test(basename(path))
          ? []
          : ['is not in kebab case']),
      ]),
    ).toEqual([]);
  });

  it('say at their top what they are for', () => {
    expect(
      offences(sources, ({ text }) => (/^(#!.*\n)?\/\/ \S/.test(text) ? [] : ['opens without a comment'])),
    ).toEqual([]);
  });

  it('export by name', () => {
    expect(offences(sourceFiles, (file) => lines(file, /^export default\b/))).toEqual([]);
  });
});

describe('types', () => {
  it('are not evaded by any, ! or as', () => {
    const evasions = offences(sources, (file) =>
      typePlaces(file).flatMap(({ line, text }) => [
        ...(/\bany\b/.test(text) ? [`${line}: any`] : []),
        ...(text.startsWith('!') ? [`${line}: !`] : []),
        ...(/^(!\s*)?as\s+(?!const\b)/.test(text) && !(file.path in casts) ? [`${line}: ${text}`] : []),
      ]),
    );
    expect(evasions).toEqual([]);
  });

  it('the list of casts names no file that has none', () => {
    const used = sources.filter((file) =>
      typePlaces(file).some(({ text }) => /^(!\s*)?as\s+(?!const\b)/.test(text)),
    );
    expect(Object.keys(casts).filter((path) => !used.some((file) => file.path === path))).toEqual([]);
  });
});

describe('tests', () => {
  it('support no product code', () => {
    const leaning = offences(sources, (file) =>
      file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => /\/testing\/|\.(test|fixture)\.ts$/.test(specifier)),
    );
    expect(leaning).toEqual([]);
  });

  it('are neither skipped nor singled out; what a machine lacks is said with skipIf', () => {
    expect(
      offences(tests, (file) =>
        lines(
          file,
          /\b(it|test|describe)(\.\w+)*\.(skip|only|todo|fails)\b|\b(xit|xdescribe|fit|fdescribe)\(/,
        ),
      ),
    ).toEqual([]);
  });
});
