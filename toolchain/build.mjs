// Bundles the bins from the sources with esbuild: one file to load instead of hundreds is what makes start-up fast.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const umbrella = join(root, 'packages', 'heorot');
const { version } = JSON.parse(readFileSync(join(umbrella, 'package.json'), 'utf8'));
const binSources = join(umbrella, 'src', 'bin');
const outdir = join(umbrella, 'dist', 'bin');

const { metafile, outputFiles } = await build({
  entryPoints: readdirSync(binSources)
    .filter((file) => file !== 'start.ts')
    .map((file) => join(binSources, file)),
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  conditions: ['heorot-src'],
  define: { HEOROT_VERSION: JSON.stringify(version) },
  // Optional native parts of ssh2: it goes on with node:crypto where they are absent, and here they always are.
  external: ['cpu-features', '*.node'],
  // ssh2 is CommonJS: it calls require for node's own modules, and its poly1305 asks for __dirname.
  banner: {
    js: [
      "import { createRequire as heorotRequire } from 'node:module';",
      'const require = heorotRequire(import.meta.url);',
      'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
    ].join('\n'),
  },
  legalComments: 'linked',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  metafile: true,
  write: false,
});
for (const { path, contents } of outputFiles) put(path, contents);
removeOldChunks(new Set(Object.keys(metafile.outputs).map((path) => basename(path))));
// The memory tests are compiled where they are to run: their C sources go along. A tool that is running may read them now.
const kernelSources = join(root, 'packages', 'memtest-runner', 'kernel', 'src');
const kernel = join(umbrella, 'dist', 'kernel', 'src');
putTree(kernelSources, kernel);
for (const path of readdirSync(kernel, { recursive: true })) {
  if (!existsSync(join(kernelSources, path)) && !path.includes('.part-'))
    rmSync(join(kernel, path), { recursive: true, force: true });
}
// What runs on a node that is being deployed: clone packs it into the boot environment.
putTree(join(root, 'packages', 'clone', 'node'), join(umbrella, 'dist', 'clone-node'));
await buildPage(join(root, 'packages', 'netmon'));
// Man pages and completions, from the tables of the tools: `heorot install` finds them in dist/man and dist/completion.
execFileSync(process.execPath, [
  '--conditions=heorot-src',
  join(umbrella, 'src', 'reference', 'write.ts'),
  '--assets',
  join(umbrella, 'dist'),
]);

/** The web page of netmon: one module for the bins; beside what tsc makes of it, what tsc leaves. */
async function buildPage(netmon) {
  const source = join(netmon, 'src', 'page');
  const page = join(umbrella, 'dist', 'netmon-page');
  const { outputFiles } = await build({
    entryPoints: [join(source, 'main.ts')],
    outfile: join(page, 'main.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
    write: false,
  });
  for (const { path, contents } of outputFiles) put(path, contents);
  const chart = join(netmon, 'node_modules', 'uplot', 'dist');
  copy(join(chart, 'uPlot.iife.min.js'), join(page, 'uplot.js'));
  copy(join(chart, '..', 'LICENSE'), join(page, 'uplot.LICENSE.txt'));
  copy(join(chart, 'uPlot.min.css'), join(page, 'uplot.css'));
  for (const file of ['index.html', 'page.css', 'icon.svg']) {
    copy(join(source, file), join(page, file));
    copy(join(source, file), join(netmon, 'dist', 'page', file));
  }
}

/** Chunks carry a hash of their content. Those of the last build stay a while: a tool that is running may still load them. */
function removeOldChunks(current) {
  const tenMinutesAgo = Date.now() - 600_000;
  for (const name of readdirSync(outdir)) {
    const path = join(outdir, name);
    if (!current.has(name) && statSync(path).mtimeMs < tenMinutesAgo) rmSync(path, { recursive: true });
  }
}

function copy(from, to) {
  put(to, readFileSync(from), statSync(from).mode);
}

function putTree(from, to) {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    copy(source, join(to, source.slice(from.length)));
  }
}

/** Written beside, then renamed: a tool that starts in the middle of a build reads the old file or the new one. */
function put(path, content, mode = 0o644) {
  // Of today, though it has not changed: see removeOldChunks.
  if (existsSync(path) && readFileSync(path).equals(content)) return utimesSync(path, new Date(), new Date());
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.part-${process.pid}`;
  writeFileSync(beside, content, { mode });
  renameSync(beside, path);
}
