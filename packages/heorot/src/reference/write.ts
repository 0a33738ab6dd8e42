// Writes what is made from the flag tables: reference pages, the snapshot of all flags, man pages, completion scripts.
//
//   node --conditions=heorot-src packages/heorot/src/reference/write.ts                docs/reference/
//   node --conditions=heorot-src packages/heorot/src/reference/write.ts --check        fails where that is stale
//   node --conditions=heorot-src packages/heorot/src/reference/write.ts --assets DIR   DIR/man/, DIR/completion/
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allTools } from '../tools.ts';
import { assetFiles, documentationFiles, type GeneratedFile } from './generated-files.ts';

const tools = await allTools();
const root = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))));
const [mode, folder] = process.argv.slice(2);

if (mode === '--assets' && folder !== undefined) write(folder, assetFiles(tools, version()));
else if (mode === '--check') check(documentationFiles(tools));
else if (mode === undefined) write(join(root, 'docs/reference'), documentationFiles(tools));
else throw new Error('usage: write.ts [--check | --assets DIR]');

function write(into: string, files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), content);
  }
}

function check(files: readonly GeneratedFile[]): void {
  const stale = files.filter(({ path, content }) => content !== present(join(root, 'docs/reference', path)));
  for (const { path } of stale) process.stderr.write(`docs/reference/${path} is stale: npm run docs\n`);
  if (stale.length > 0) process.exitCode = 1;
}

function present(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'packages/heorot/package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('packages/heorot/package.json has no version');
}
