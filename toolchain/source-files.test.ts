// The architecture test is only as good as its reading of the sources.
import { expect, it } from 'vitest';
import { importsOf, typePlaces } from './source-files.ts';

it('tells types from code, texts and comments', () => {
  const text = `// x as any
const a = (b as unknown) as Foo;
const c = d!; const e = 'f as any';
const g = [1] as const; import { type H as I } from './h.ts';
interface J { k: any; l: 'any' /* any */ }
let m: string = \`ä \${n as Ö}\`;`;
  expect(typePlaces({ path: 'x.ts', text })).toEqual([
    { line: 2, text: 'as unknown' },
    { line: 2, text: 'as Foo' },
    { line: 3, text: '!' },
    { line: 4, text: 'as const' },
    { line: 4, text: 'type H as I' },
    { line: 5, text: expect.stringMatching(/^interface J \{ k: any; l:\s+\}$/) },
    { line: 6, text: ': string' },
    { line: 6, text: 'as Ã\u0096' },
  ]);
});

it('reads every form of import', () => {
  const text = `import { a } from './a.ts';
import type { B } from './b.ts';
import * as c from 'node:c';
import './d.ts';
export { e } from './e.ts';
export type { F } from './f.ts';
import {
  g,
  h,
} from './g.ts';
// import { i } from './i.ts';
const j = await import('./j.ts');`;
  expect(importsOf(text).map(({ kind, specifier }) => `${kind} ${specifier}`)).toEqual([
    'static ./a.ts',
    'type ./b.ts',
    'static node:c',
    'static ./d.ts',
    'static ./e.ts',
    'type ./f.ts',
    'static ./g.ts',
    'dynamic ./j.ts',
  ]);
});
