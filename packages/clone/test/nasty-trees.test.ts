// Whatever tree a node has comes back as it was: trees of odd names, links, holes, devices, owners, times and attributes, made at random
// from a seed, through capture and store and out again. Root makes and unpacks them.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runClone } from '../src/testing/run-clone.ts';
import { describedTree, unpackTree } from './described-tree.fixture.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-nasty-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Any bytes but NUL and the slash, as Linux has it. */
const name = fc
  .oneof(
    fc.constantFrom(
      '-rf',
      ' ',
      'a b',
      '\n',
      '"',
      "'",
      '\\',
      '$(reboot)',
      '*',
      '[a]',
      '~',
      '%41',
      '.hidden',
      'x'.repeat(255),
      'ß漢🎲',
    ),
    fc.stringMatching(/^[a-z]{1,12}$/),
  )
  .map((text) => Buffer.from(text).subarray(0, 255));
const anyName = fc.oneof(
  { weight: 3, arbitrary: name },
  fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0xff : byte)))),
);

const facts = fc.record({
  mode: fc.oneof(
    fc.constantFrom(0o644, 0o755, 0o4755, 0o2711, 0o1777, 0, 0o7777),
    fc.integer({ min: 0, max: 0o7777 }),
  ),
  uid: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_294_967_294 })),
  gid: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_294_967_294 })),
  mtime: fc.oneof(
    fc.integer({ min: 0, max: 2_000_000_000 }),
    fc.constantFrom(-1, -300_000_000, 2 ** 31, 2 ** 33),
  ),
});
const attributes = fc.record({
  user: fc.option(fc.uint8Array({ maxLength: 60 })),
  trusted: fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 })),
  acl: fc.boolean(),
  capable: fc.boolean(),
});
const piece = fc.record({
  at: fc.integer({ min: 0, max: 3_000_000 }),
  length: fc.integer({ min: 1, max: 9000 }),
});

type Kind =
  | { readonly kind: 'folder' | 'fifo' | 'link to a file' }
  | { readonly kind: 'file'; readonly content: Uint8Array }
  | {
      readonly kind: 'sparse';
      readonly pieces: readonly { readonly at: number; readonly length: number }[];
      readonly tail: number;
    }
  | { readonly kind: 'symlink'; readonly target: Buffer }
  | { readonly kind: 'device'; readonly letter: 'b' | 'c'; readonly major: number; readonly minor: number };

const kind: fc.Arbitrary<Kind> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'folder' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('file' as const), content: fc.uint8Array({ maxLength: 3000 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'link to a file' } as const) },
  fc.constant({ kind: 'fifo' } as const),
  fc.record({
    kind: fc.constant('sparse' as const),
    pieces: fc.array(piece, { maxLength: 8 }),
    tail: fc.integer({ min: 0, max: 4_000_000 }),
  }),
  fc.record({
    kind: fc.constant('symlink' as const),
    target: fc.oneof(anyName, fc.constant(Buffer.from('/long'.repeat(100)))),
  }),
  fc.record({
    kind: fc.constant('device' as const),
    letter: fc.constantFrom('b' as const, 'c' as const),
    major: fc.integer({ min: 1, max: 500 }),
    minor: fc.integer({ min: 0, max: 100_000 }),
  }),
);

interface Entry {
  readonly name: Buffer;
  readonly what: Kind;
  readonly facts: {
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly mtime: number;
  };
  readonly attributes: {
    readonly user: Uint8Array | null;
    readonly trusted: Uint8Array | null;
    readonly acl: boolean;
    readonly capable: boolean;
  };
  /** Which of the folders that are there it lies in, which of the files it is another name of. */
  readonly place: number;
}

const tree: fc.Arbitrary<readonly Entry[]> = fc.array(
  fc.record({ name: anyName, what: kind, facts, attributes, place: fc.nat(1000) }),
  { minLength: 5, maxLength: 40 },
);

async function make(root: string, entries: readonly Entry[]): Promise<void> {
  const folders = [Buffer.from(root)];
  const files: Buffer[] = [];
  const made: { readonly path: Buffer; readonly entry: Entry }[] = [];
  const script: string[] = [];
  const taken = new Set<string>();
  for (const entry of entries) {
    const { what, place } = entry;
    const path = Buffer.concat([
      folders[place % folders.length] ?? Buffer.from(root),
      Buffer.from('/'),
      entry.name,
    ]);
    const key = path.toString('hex');
    if (path.length > 3500 || taken.has(key) || /^\.{1,2}$/.test(entry.name.toString())) continue;
    taken.add(key);
    switch (what.kind) {
      case 'folder':
        mkdirSync(path);
        folders.push(path);
        break;
      case 'file':
        writeFileSync(path, what.content);
        files.push(path);
        break;
      case 'sparse': {
        const file = openSync(path, 'w');
        for (const { at, length } of what.pieces)
          writeSync(file, Buffer.alloc(length, 'sparse'), 0, length, at);
        closeSync(file);
        truncateSync(path, Math.max(what.tail, ...what.pieces.map(({ at, length }) => at + length)));
        files.push(path);
        break;
      }
      case 'link to a file': {
        const first = files[place % Math.max(1, files.length)];
        if (first !== undefined) linkSync(first, path);
        continue;
      }
      case 'symlink':
        symlinkSync(what.target, path);
        break;
      case 'fifo':
        script.push(`mkfifo -- ${word(path)}`);
        break;
      case 'device':
      default:
        script.push(`mknod -- ${word(path)} ${what.letter} ${what.major} ${what.minor}`);
    }
    made.push({ path, entry });
  }
  await bash(script);
  for (const { path, entry } of made) lchownSync(path, entry.facts.uid, entry.facts.gid);
  for (const { path, entry } of made) if (entry.what.kind !== 'symlink') chmodSync(path, entry.facts.mode);
  await bash(made.flatMap(({ path, entry }) => attributeLines(path, entry)));
  // What is in a folder changes its time.
  for (const { path, entry } of made.toReversed()) lutimesSync(path, entry.facts.mtime, entry.facts.mtime);
}

function attributeLines(
  path: Buffer,
  { what, attributes: { user, trusted, acl, capable } }: Entry,
): readonly string[] {
  if (what.kind !== 'file' && what.kind !== 'sparse' && what.kind !== 'folder') return [];
  const at = word(path);
  const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
  return [
    ...(user === null || user.length === 0 ? [] : [`setfattr -n user.note -v ${hex(user)} -- ${at}`]),
    ...(trusted === null ? [] : [`setfattr -n trusted.note -v ${hex(trusted)} -- ${at}`]),
    ...(acl ? [`setfacl -m u:12345:rx,g:77:w -- ${at}`] : []),
    ...(acl && what.kind === 'folder' ? [`setfacl -d -m g:2:rx -- ${at}`] : []),
    ...(capable && what.kind === 'file' ? [`setcap cap_net_raw+ep ${at}`] : []),
  ];
}

/** Any bytes, as bash takes them; never an option. */
function word(path: Buffer): string {
  return `$'${[...path].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;
}

async function bash(lines: readonly string[]): Promise<void> {
  const running = run('bash', ['-e'], { env: { ...process.env, LC_ALL: 'C' } });
  running.child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  await running;
}

let round = 0;
/** @returns the tree before and after, as text */
async function thereAndBack(
  fill: (root: string) => Promise<void>,
): Promise<{ readonly before: string; readonly after: string }> {
  round += 1;
  const [root, back] = [join(folder, `tree-${round}`), join(folder, `back-${round}`)];
  for (const each of [root, back]) mkdirSync(each);
  await fill(root);
  const options = {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_STATE_HOME: join(folder, 'state') },
  };
  const take = await runClone(
    ['image', 'import', root, '--name', `tree@${round}`, '--include', '**'],
    options,
  );
  expect([take.code, take.stderr]).toEqual([0, '']);
  await runClone(['image', 'export', `tree@${round}`, `${back}.tar`], options);
  await unpackTree(`${back}.tar`, back);
  const texts = { before: await describedTree(root), after: await describedTree(back) };
  await Promise.all([root, back, `${back}.tar`].map((each) => rm(each, { recursive: true })));
  return texts;
}

it('a tree of anything that Linux can hold comes back as it was', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (entries) => {
      const { before, after } = await thereAndBack((root) => make(root, entries));
      expect(after).toBe(before);
    }),
    { seed: 20_261_122, numRuns: 25, endOnFailure: true },
  );
});

it('a path of nearly four thousand bytes comes back', async () => {
  const { before, after } = await thereAndBack(async (root) => {
    const deep = join(
      root,
      ...Array.from({ length: 300 }, (_, at) => `level-${String(at).padStart(5, '0')}`),
    );
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'file'), 'deep');
  });
  expect(after).toBe(before);
});
