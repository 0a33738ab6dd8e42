// `netmon serve` of the built tool, started as a user types it, and a page of a real browser on it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const bin = join(import.meta.dirname, '../../heorot/dist/bin/netmon.js');

export interface ServedNetmon extends AsyncDisposable {
  /** With the token. */
  readonly url: string;
  readonly token: string;
  readonly origin: string;
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  stderr(): string;
  /** By that signal; the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export async function startServe(
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServedNetmon> {
  const child = spawn(process.execPath, [bin, 'serve', ...flags], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let said = '';
  child.stderr.on('data', (piece) => void (said += String(piece)));
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (piece) => {
      out += String(piece);
      if (out.includes('\n')) resolve(out.trim());
    });
    void ended.then((code) => reject(new Error(`netmon serve ended with ${code}: ${said}`)));
  });
  const { origin, searchParams } = new URL(url);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return await ended;
  };
  child.on('close', (code) => void (said += `\nended with ${code}`));
  return {
    url,
    origin,
    token: searchParams.get('token') ?? '',
    child,
    stderr: () => said,
    end,
    [Symbol.asyncDispose]: async () => void (await end('SIGTERM')),
  };
}

export interface WatchedPage {
  readonly page: Page;
  /** What the browser complained of: none of it should be there. */
  readonly complaints: readonly string[];
  /** Addresses that it asked for. */
  readonly requests: readonly string[];
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error('needs chromium: apt-get install chromium');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return await chromium.launch({ executablePath, args });
}

export async function openPage(
  browser: Browser,
  viewport = { width: 1280, height: 800 },
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  return { page, complaints, requests };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
