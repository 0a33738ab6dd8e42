import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runTool } from '@heorot/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tool } from '../tool.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-nodes-'));
  const cluster = `
cluster: hrothgar
nodes: {'node[01-20]': {}, 'login[1-2]': {}}
groups: {compute: 'node[01-20]', odd: 'node[01-19/2]', login: 'login[1-2]'}
sources: {racks: {type: command, map: 'echo "node[01-04]"', list: 'echo r1', all: 'echo "node[01-08]"'}}
`;
  await writeFile(join(folder, 'cluster.yaml'), cluster, { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

async function nodes(line: string, stdin = '') {
  const signals = new EventEmitter();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const host = {
    argv: ['node', 'nodes', ...line.split(' ')],
    env: { HEOROT_CLUSTER: join(folder, 'cluster.yaml') },
    cwd: () => folder,
    exit: () => undefined,
    on: signals.on.bind(signals),
    off: signals.off.bind(signals),
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout,
    stderr,
  };
  const printed = [text(stdout), text(stderr)];
  const code = await runTool(tool, host, { version: '0' });
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all(printed);
  return { code, out, err };
}

describe('nodes', () => {
  test.each([
    ['fold n1 n2 n3', 'n[1-3]'],
    ['fold n[1-5] -x n3 n9', 'n[1-2,4-5,9]'],
    ['fold n[1-5] -x n3 n3', 'n[1-5]'],
    ['fold n[1-5] -i n[3-9] -X n[4-6]', 'n[3,6]'],
    ['fold -a -x @odd&node[1-9],node0?', 'login[1-2],node[10-20]'],
    ['fold @compute!@odd', 'node[02,04,06,08,10,12,14,16,18,20]'],
    ['fold n1 n3 n5 --autostep auto', 'n[1-5/2]'],
    ['fold n[1-2]-ib[1-2] --axis -1', 'n1-ib[1-2],n2-ib[1-2]'],
    ['fold n[1-10] --split 3', 'n[1-4]\nn[5-7]\nn[8-10]'],
    ['fold n[1-2,5] --contiguous', 'n[1-2]\nn5'],
    ['fold n[1-10] -I 0-2,9', 'n[1-3,10]'],
    ['fold -O %s-ib n[1-3]', 'n[1-3]-ib'],
    ['fold -R 1-5,08 7', '1-5,7,08'],
    ['fold -R 3', '3'],
    ['fold -r node[01-20],login1', '@compute,login1'],
    ['expand n[1-3]', 'n1 n2 n3'],
    ['expand -S \\n n[1-3]', 'n1\nn2\nn3'],
    ['expand -S , n[1-3]', 'n1,n2,n3'],
    ['count n[1-3] n2', '3'],
    ['count -a', '22'],
    ['count n[1-9] --pick 4', '4'],
    ['-f n1 n2', 'n[1-2]'],
    ['-e n[1-3]', 'n1 n2 n3'],
    ['-c @compute', '20'],
    ['-r -a', '@compute,@login'],
    ['-l', '@compute\n@login\n@odd'],
    ['-ll login1', '@login login1'],
    ['list', '@compute\n@login\n@odd'],
    ['list -ll', '@compute node[01-20] 20\n@login login[1-2] 2\n@odd node[01,03,05,07,09,11,13,15,17,19] 10'],
    ['list --sources', 'cluster\nracks'],
    ['fold -s racks @r1!node02', 'node[01,03-04]'],
    ['fold -s racks -a', 'node[01-08]'],
    ['fold -s racks @cluster:login', 'login[1-2]'],
    ['groups node01', '@compute\n@odd\n@racks:r1'],
    ['groups -l node[01-02]', '@compute node[01-02]\n@odd node01\n@racks:r1 node[01-02]'],
  ])('%s', async (line, printed) => {
    expect(await nodes(line)).toEqual({ code: 0, out: `${printed}\n`, err: '' });
  });

  test.each([
    ['fold', 'n1 n2 # not n3\n\nn[5-6]\tlogin1', 'login1,n[1-2,5-6]\n'],
    ['fold n9 -', 'n1\nn2', 'n[1-2,9]\n'],
    ['fold -R', '1-3\n5', '1-3,5\n'],
    ['fold --each', 'n1 n2\n@login!login1\n\n', 'n[1-2]\nlogin2\n\n'],
    ['count --each -x n1', 'n1\nn[1-2]\n', '0\n1\n'],
    ['expand', '', ''],
  ])('%s, given on stdin %j', async (line, stdin, printed) => {
    expect(await nodes(line, stdin)).toEqual({ code: 0, out: printed, err: '' });
  });

  test.each([
    ['fold n[1-', 3, "node set 'n[1-': missing ']' at offset 4"],
    ['fold @computee', 3, "did you mean 'compute'?"],
    ['fold -x n3 n[1-5]', 2, "--exclude 'n3' has nothing before it to act on"],
    ['fold n1 --autostep 1', 2, "autostep '1' is not a threshold"],
    ['fold n1 --axis x', 2, "axis 'x' is not a list of axes"],
    ['-f -c n1', 2, 'one of -f -e -c -r -l -L says what to do'],
    ['groups', 2, 'the groups of which nodes?'],
  ])('%s ends with %d: %s', async (line, code, complaint) => {
    expect(await nodes(line)).toEqual({ code, out: '', err: expect.stringContaining(complaint) });
  });
});
