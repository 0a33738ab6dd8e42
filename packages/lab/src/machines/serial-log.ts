// The serial console of a machine: QEMU appends to a file, and this waits for what the machine says there.
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { HeorotError } from '@heorot/inventory';

/** A place in the log, so that what an earlier boot said is not taken for this one. */
export type SerialPosition = number;

export interface WaitOptions {
  readonly from?: SerialPosition;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What means that it will never come: thrown at once. */
  readonly unless?: RegExp;
}

/** How much of the end of the log an error shows. */
const SHOWN = 2000;

/**
 * Waits until the console has said something that matches.
 * @throws HeorotError `lab-serial-timeout`, `lab-serial-unwanted`, with the end of the log; AbortError
 */
export async function waitForSerial(
  path: string,
  wanted: RegExp,
  { from = 0, timeoutMs, signal, unless }: WaitOptions,
): Promise<RegExpExecArray> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const said = await readSerial(path, from);
    const found = wanted.exec(said);
    if (found !== null) return found;
    const bad = unless?.exec(said);
    if (bad) throw serialError('lab-serial-unwanted', `the console says '${bad[0]}'`, said);
    if (performance.now() > deadline)
      throw serialError('lab-serial-timeout', `the console did not say ${wanted} in ${timeoutMs} ms`, said);
    await sleep(200, undefined, { signal });
  }
}

/** What was said since; terminals' escape sequences and carriage returns taken out. */
export async function readSerial(path: string, from: SerialPosition = 0): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    await file.read(bytes, 0, bytes.byteLength, from);
    return stripVTControlCharacters(bytes.toString('latin1')).replaceAll('\r', '');
  } catch {
    return '';
  }
}

function serialError(code: string, message: string, said: string): HeorotError {
  return new HeorotError(code, message, { hint: `the end of the console:\n${said.slice(-SHOWN)}` });
}
