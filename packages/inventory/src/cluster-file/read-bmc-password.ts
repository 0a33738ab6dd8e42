// The password of a BMC, from the file that the cluster file names; it must be readable by its owner alone.
import { open } from 'node:fs/promises';
import { HeorotError } from '../error/heorot-error.ts';
import type { BmcRecord } from './node-record.ts';

/** Undefined: the cluster file names no password file. @throws HeorotError `bmc-password` */
export async function readBmcPassword(
  node: string,
  { passwordFile }: BmcRecord,
): Promise<string | undefined> {
  if (passwordFile === undefined) return undefined;
  const fail = (what: string, cause?: unknown): HeorotError =>
    new HeorotError('bmc-password', `${node}: the password file of its BMC ${what}: ${passwordFile}`, {
      hint: `chmod 600 ${passwordFile}`,
      ...(cause === undefined ? {} : { cause }),
    });
  try {
    await using file = await open(passwordFile, 'r');
    if (((await file.stat()).mode & 0o077) !== 0) throw fail('can be read by others');
    return (await file.readFile('utf8')).split('\n')[0]?.trim();
  } catch (cause) {
    throw cause instanceof HeorotError ? cause : fail('cannot be read', cause);
  }
}
