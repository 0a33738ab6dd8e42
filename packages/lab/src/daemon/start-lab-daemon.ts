// Starts the process that keeps a lab running in the background, and waits until the lab answers.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { isRunning, readRecord, TOKEN_VARIABLE } from './daemon-record.ts';
import { endLab } from './end-lab.ts';
import { type Handshake, isHandshake, type LabOrder } from './handshake.ts';
import { openLab, type RunningLab } from './open-lab.ts';

export interface LabDaemonOptions extends LabOrder {
  /** The command line that ends in {@link labDaemonMain}; given by the caller, who knows what program this is. */
  readonly command: readonly [string, ...string[]];
}

/**
 * Starts a lab that outlives this process; what an earlier lab left behind in the folder is cleaned away first.
 * @throws HeorotError `lab-running`, `lab-start-failed`, and those of startEmbeddedLab and startNamespacesLab
 */
export async function startLabDaemon(options: LabDaemonOptions): Promise<RunningLab> {
  const { command, ...order } = options;
  const record = await readRecord(order.folder);
  if (record && (await isRunning(record))) {
    throw new HeorotError('lab-running', `a lab is already running in ${order.folder}`, {
      hint: 'heorot lab down, or another --name',
    });
  }
  if (record) await endLab(order.folder);
  await mkdir(order.folder, { recursive: true, mode: 0o700 });
  await using log = await open(join(order.folder, 'daemon.log'), 'a', 0o600);
  const [program, ...operands] = command;
  const daemon = spawn(program, operands, {
    cwd: '/',
    env: { ...process.env, [TOKEN_VARIABLE]: randomUUID() },
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const handshake = await new Promise<Handshake | undefined>((resolve) => {
    daemon.once('message', (message) => resolve(isHandshake(message) ? message : undefined));
    daemon.once('exit', () => resolve(undefined));
    daemon.once('error', () => resolve(undefined));
    daemon.send(order, () => {});
  });
  if (daemon.connected) daemon.disconnect();
  daemon.unref();
  if (handshake?.kind === 'ready') return openLab(order.folder);
  throw await startFailed(order.folder, handshake);
}

async function startFailed(folder: string, handshake: Handshake | undefined): Promise<HeorotError> {
  const path = join(folder, 'daemon.log');
  const log = await readFile(path, 'utf8').catch(() => '');
  await endLab(folder);
  if (handshake?.kind === 'failed') {
    const { code, message, hint } = handshake;
    return new HeorotError(code, message, hint === undefined ? {} : { hint });
  }
  return new HeorotError(
    'lab-start-failed',
    `the lab did not start: ${log.trim().split('\n').at(-1) || 'no word from it'}`,
  );
}
