// The event log of a node's BMC, read over the network by ipmitool(1): it tells of memory errors when the node itself cannot, as after a
// crash. The password goes by the environment, never in the command line.
import { execFile } from 'node:child_process';
import { type BmcRecord, HeorotError, readBmcPassword } from '@heorot/inventory';

const ANSWER_WITHIN_MS = 60_000;
/** A log that is longer is cut at its old end. */
const MOST_ENTRIES = 200;

/** Entries as `sel elist` prints them. @throws HeorotError `bmc-event-log`, `bmc-password` */
export async function readEventLog(
  node: string,
  bmc: BmcRecord,
  {
    env,
    signal,
  }: { readonly env: Readonly<Record<string, string | undefined>>; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const password = await readBmcPassword(node, bmc);
  const access = [
    ...(bmc.user === undefined ? [] : ['-U', bmc.user]),
    ...(password === undefined ? [] : ['-E']),
  ];
  // Two tries of three seconds and more: a dead BMC shall not hold up the others for long.
  const patience = ['-N', '3', '-R', '1'];
  const args = [
    '-I',
    'lanplus',
    ...patience,
    '-H',
    bmc.address,
    ...access,
    'sel',
    'elist',
    'last',
    String(MOST_ENTRIES),
  ];
  const options = {
    env: { ...env, ...(password === undefined ? {} : { IPMI_PASSWORD: password }) },
    timeout: ANSWER_WITHIN_MS,
    signal,
  };
  return new Promise((resolve, reject) => {
    execFile('ipmitool', args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(entriesOf(stdout));
      const said = stderr.trim().split('\n').at(-1) ?? '';
      const why = error.code === 'ENOENT' ? 'there is no ipmitool here' : said || error.message;
      reject(
        new HeorotError('bmc-event-log', `the event log of its BMC is not known: ${why}`, {
          hint: 'apt install ipmitool; check the address, user and password of the BMC',
          cause: error,
        }),
      );
    });
  });
}

export function entriesOf(output: string): readonly string[] {
  return output
    .split('\n')
    .map((line) => line.replace(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line.includes('|'));
}
