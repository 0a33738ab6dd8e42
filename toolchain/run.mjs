// Runs a task with the pinned Node and pnpm, installing and building first whatever is missing or stale.
// Plain JavaScript for Node >= 18: this is the one file that runs before the toolchain exists.
//
//   node toolchain/run.mjs exec COMMAND [ARG...]   a command with the toolchain first on PATH
//   node toolchain/run.mjs tool NAME [ARG...]      a built tool (dsh, nodes, heorot)
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const toolchain = dirname(fileURLToPath(import.meta.url));
const root = dirname(toolchain);
const cache = join(root, '.cache');
const platform = `${process.platform}-${process.arch}`;
const bundled = platform === 'linux-x64' || platform === 'linux-arm64';
const node = bundled ? join(toolchain, 'node_modules', `node-${platform}`, 'bin', 'node') : 'node';
const binaries = bundled ? [dirname(node), join(toolchain, 'node_modules', '@pnpm', `exe.${platform}`)] : [];
const path = [...binaries, join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
const environment = { ...process.env, PATH: path };

main(process.argv.slice(2));

function main([verb, ...rest]) {
  if ((verb !== 'exec' && verb !== 'tool') || rest.length === 0) {
    fail('usage: run.mjs exec COMMAND [ARG...] | tool NAME [ARG...]');
  }
  if (!bundled) requireOwnToolchain();
  withLock(() => {
    if (bundled) installToolchain();
    installDependencies();
    if (verb === 'tool') build();
  });
  if (verb === 'exec') return run(rest[0], rest.slice(1));
  const [name, ...operands] = rest;
  return run(node, [join(root, 'packages', 'heorot', 'dist', 'bin', `${name}.js`), ...operands]);
}

function installToolchain() {
  step('node', 'installing the pinned Node and pnpm', [join(toolchain, 'package-lock.json')], () => {
    quietly('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: toolchain,
      env: process.env,
    });
  });
}

function installDependencies() {
  const inputs = [join(root, 'pnpm-lock.yaml')];
  step('dependencies', 'installing the packages', inputs, () => {
    quietly('pnpm', ['install', '--frozen-lockfile'], { cwd: root, env: environment });
  });
}

/** Bundles the bins when a source is newer than the last bundle; looking costs a few milliseconds. */
function build() {
  const packages = join(root, 'packages');
  const sources = readdirSync(packages).flatMap((name) => [
    join(packages, name, 'src'),
    join(packages, name, 'package.json'),
  ]);
  const newest = Math.max(
    ...[...sources, join(toolchain, 'build.mjs'), join(root, 'pnpm-lock.yaml')].map(newestIn),
  );
  const stamp = join(cache, 'build.stamp');
  const bundle = join(packages, 'heorot', 'dist', 'bin', 'heorot.js');
  if (existsSync(bundle) && existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) === newest) return;
  quietly(node, [join(toolchain, 'build.mjs')], { cwd: root, env: environment });
  writeFileSync(stamp, String(newest));
}

/** The newest modification time below a path, folders included: a deleted file changes its folder. */
function newestIn(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

/** Does the work once per content of its inputs; the stamp is written only after success. */
function step(name, title, inputs, work) {
  const hash = createHash('sha256').update(platform);
  for (const input of inputs) hash.update(readFileSync(input));
  const digest = hash.digest('hex');
  const stamp = join(cache, `${name}.stamp`);
  const folder = name === 'node' ? join(toolchain, 'node_modules') : join(root, 'node_modules');
  if (existsSync(folder) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write(`heorot: ${title} ...\n`);
  work();
  writeFileSync(`${stamp}.new`, digest);
  renameSync(`${stamp}.new`, stamp);
}

/** One set-up at a time: two shells started together must not install over each other. */
function withLock(work) {
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, 'setup.lock');
  const patience = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (lockIsAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
      else if (Date.now() > patience) fail(`another set-up holds ${lock}`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function lockIsAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    // The pid file is written just after the folder: give its writer a moment.
    return error.code === 'ENOENT' && existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 2000;
  }
}

function requireOwnToolchain() {
  if (Number(process.versions.node.split('.')[0]) >= 24 && !spawnSync('pnpm', ['--version']).error) return;
  fail(`no pinned toolchain for ${platform}: install Node >= 24, then: npm install --global pnpm@12`);
}

function quietly(command, args, options) {
  const result = spawnSync(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (result.status === 0) return;
  process.stderr.write(result.stdout ?? '');
  process.stderr.write(result.stderr ?? '');
  fail(`${command} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`);
}

/** Hands the terminal to the child; signals from the keyboard reach it directly, others are passed on. */
function run(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  child.on('error', (error) => fail(`${command}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function fail(message) {
  process.stderr.write(`heorot: ${message}\n`);
  process.exit(1);
}
