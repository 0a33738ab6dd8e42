// A plain ssh2 client for the tests of the embedded lab.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer, text } from 'node:stream/consumers';
import { Client, type ClientChannel, type ConnectConfig, type ExecOptions } from 'ssh2';
import type { Lab } from '../model/lab.ts';

export interface Answer {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** Logs in with the lab's key, or as `config` says. */
export async function logIn(
  lab: Lab,
  node: string,
  config: ConnectConfig = {},
): Promise<Client & AsyncDisposable> {
  const { address, port } = nodeOf(lab, node);
  const client = new Client();
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.once('close', () => reject(new Error('closed before login')));
  });
  const privateKey = await readFile(lab.identity);
  client.once('connect', () => client.setNoDelay(true));
  client.connect({ host: address, port, username: 'tester', privateKey, readyTimeout: 10_000, ...config });
  await ready;
  client.on('error', () => {});
  return Object.assign(client, {
    async [Symbol.asyncDispose](): Promise<void> {
      client.destroy();
    },
  });
}

export function nodeOf(lab: Lab, name: string): Lab['nodes'][number] {
  const node = lab.nodes.find((node) => node.name === name);
  if (!node) throw new Error(`no ${name}`);
  return node;
}

export function open(client: Client, command: string, options: ExecOptions = {}): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    client.exec(command, options, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
}

/** Runs a command to its end. */
export async function execute(
  client: Client,
  command: string,
  { input, ...options }: ExecOptions & { input?: string | Uint8Array } = {},
): Promise<Answer> {
  const channel = await open(client, command, options);
  const ended = exitOf(channel);
  channel.end(input);
  const [stdout, stderr] = await Promise.all([buffer(channel), text(channel.stderr)]);
  return { stdout, stderr, ...(await ended) };
}

/** Resolves when the channel is closed. */
export function exitOf(channel: ClientChannel): Promise<Pick<Answer, 'code' | 'signal'>> {
  return new Promise((resolve) => {
    let answer: Pick<Answer, 'code' | 'signal'> = { code: null, signal: null };
    channel.once('exit', (code: number | null, signal: string | null = null) => {
      answer = { code, signal };
    });
    channel.once('close', () => resolve(answer));
  });
}

/** Logs in, runs, leaves. */
export async function runOn(lab: Lab, node: string, command: string): Promise<Answer> {
  await using client = await logIn(lab, node);
  return await execute(client, command);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
