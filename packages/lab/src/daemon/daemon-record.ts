// daemon.json: which process runs the lab of a folder. A process id alone proves nothing: after a crash or a reboot it may be
// anybody's. So the daemon carries a token in its environment, and only a process that carries it is taken for ours.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LAB_KINDS, type LabKind } from '../model/lab.ts';

export interface DaemonRecord {
  readonly pid: number;
  readonly token: string;
  readonly kind: LabKind;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** The variable that holds the token in the daemon's environment. */
export const TOKEN_VARIABLE = 'HEOROT_LAB_TOKEN';

export function recordPath(folder: string): string {
  return join(folder, 'daemon.json');
}

export async function writeRecord(folder: string, record: DaemonRecord): Promise<void> {
  const path = recordPath(folder);
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined when there is none, or none that can be read. */
export async function readRecord(folder: string): Promise<DaemonRecord | undefined> {
  const text = await readFile(recordPath(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the recorded process runs, and is the one that wrote the record. */
export async function isRunning({ pid, token }: DaemonRecord): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`${TOKEN_VARIABLE}=${token}`);
}

function isRecord(value: unknown): value is DaemonRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'token' in value &&
    typeof value.token === 'string' &&
    'kind' in value &&
    LAB_KINDS.some((kind) => kind === value.kind) &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  );
}
