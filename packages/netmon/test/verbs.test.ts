// The built netmon as scripts meet it: in pipes, without a terminal, with stdin closed, told to stop; and against Debian's
// node_exporter. Needs prometheus-node-exporter; the nodes are those of an embedded lab.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type EmbeddedLab, schemaFaults, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../../heorot/dist/bin/netmon.js');
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../docs/reference/netmon.schema.json'), 'utf8'),
);
let folder: string;
let lab: EmbeddedLab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-netmon-verbs-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 3 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A line for bash in which `netmon` is the built tool and the cluster is the lab. */
function start(line: string): ChildProcess {
  const script = `set -o pipefail; netmon() { '${process.execPath}' '${bin}' "$@"; }; ${line}`;
  // As cron does it: next to nothing in the environment, and no terminal.
  const env = { PATH: process.env['PATH'], HOME: folder, HEOROT_CLUSTER: lab.clusterFile };
  return spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(line: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return await outcomeOf(start(line));
}

async function outcomeOf(child: ChildProcess) {
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

const records = (lines: string) =>
  lines
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('netmon watch', () => {
  it('writes what its schema says, with stdin closed', async () => {
    const { code, stdout } = await run("netmon watch -a --ndjson -i 0.2s --count 3 --alert 'load >= 0' <&-");
    expect(code).toBe(1);
    const all = records(stdout);
    expect(all.flatMap((record) => schemaFaults(record, schema))).toEqual([]);
    const nodes = all.flatMap((record) => (isWhole(record) ? [record.node] : []));
    expect(nodes.toSorted().filter((name, at, those) => name !== those[at - 1])).toEqual(['n1', 'n2', 'n3']);
    expect(nodes.length).toBeGreaterThanOrEqual(9);
  });

  it('ends quietly when its reader has enough', async () => {
    const { code, stdout, stderr } = await run('netmon watch -w n1 --csv -i 0.1s | head -n 2');
    expect(stdout.split('\n')[0]).toMatch(/^time,node,interface,/);
    expect(stderr).toBe('');
    expect(code).toBe(141);
  });

  it('ends when it is told to', async () => {
    const watching = spawn(process.execPath, [bin, 'watch', '-w', 'n1', '--cluster', lab.clusterFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    watching.stdout.once('data', () => watching.kill('SIGTERM'));
    const { code, stderr } = await outcomeOf(watching);
    expect(stderr).toBe('');
    expect(code).toBe(143);
  });

  it('gives what happened to a command by its environment alone', async () => {
    const line =
      "netmon watch -w n2 -i 0.1s --count 2 --alert 'load >= 0' --exec 'echo \"$NETMON_NODE:$NETMON_CHANGE:$NETMON_ALERT\"'";
    const { code, stderr } = await run(line);
    expect(stderr).toContain('--exec: n2:raised:load >= 0\n');
    expect(code).toBe(1);
  });

  it('a node that cannot be reached is exit code 4', async () => {
    const { code, stdout, stderr } = await run(
      'netmon watch -w n1,127.0.0.1 -i 0.1s --count 1 --ssh-config none',
    );
    expect(stdout).toMatch(/127\.0\.0\.1 down: /);
    expect(stderr).toContain('did not answer at some time: 127.0.0.1');
    expect(code).toBe(4);
  });
});

describe('netmon once', () => {
  it('prints a line a node', async () => {
    const { code, stdout, stderr } = await run('netmon once -w n[1-3] --sort node -i 0.2s');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['node', 'n1', 'n2', 'n3']);
    expect(stderr).toBe('3 sampled\n');
    expect(code).toBe(0);
  });

  it('writes the document of its schema', async () => {
    const { code, stdout } = await run('netmon once -a --json -i 0.2s -q');
    expect(code).toBe(0);
    expect(schemaFaults(JSON.parse(stdout), { $ref: '#/$defs/once' }, schema)).toEqual([]);
  });

  it('scrapes node_exporter', async () => {
    const port = await freePort();
    const exporter = spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`], {
      stdio: 'ignore',
    });
    try {
      const line = `netmon once -w localhost --source node_exporter --exporter-port ${port} -i 0.3s --json -q`;
      let outcome = await run(line);
      for (let tries = 0; tries < 20 && outcome.code !== 0; tries++) outcome = await run(line);
      const document: unknown = JSON.parse(outcome.stdout);
      expect(schemaFaults(document, { $ref: '#/$defs/once' }, schema)).toEqual([]);
      expect(document).toMatchObject({
        nodes: [
          {
            node: 'localhost',
            state: 'sampling',
            sample: { load1: expect.any(Number), cpuBusy: expect.any(Number) },
          },
        ],
      });
    } finally {
      exporter.kill();
    }
  });
});

describe('what is wrong is told in one word and a hint, never as a bug:', () => {
  it.each([
    ['netmon once -a -i 0', 2, 'shorter than 100 ms'],
    ['netmon once -a --source bogus', 2, 'is not one of'],
    ['netmon once -w n1 --iface nope -i 0.1s', 0, 'no interface matches nope; n1 has '],
    ['netmon once -w n1 -i 0.1s >/dev/full', 3, 'ENOSPC'],
    ['netmon watch -w n1 -i 0.1s --ndjson >/dev/full', 3, 'ENOSPC'],
    ['netmon watch -w n1 --alert "rx > 9Gb"', 2, "unknown unit 'Gb'"],
    ['netmon probe n1 n1 --yes', 2, 'a probe needs two nodes'],
    ['netmon probe n1 n2', 2, 'in scripts say --yes'],
    ['netmon history /nonexistent/day.netmon', 3, 'no recording'],
    ['netmon events /etc/passwd', 3, 'cannot open recording'],
    ['netmon record -a -o /dev/full --for 1s', 3, 'cannot open recording'],
    ['netmon collect -w n1 --for 1s', 3, 'netmon agent install -a makes it'],
  ])('%s', async (line, code, told) => {
    const outcome = await run(line);
    expect(outcome.stderr).toContain(told);
    expect(outcome.stderr).not.toContain('this is a bug');
    expect(outcome.code).toBe(code);
  });
});

function isWhole(record: unknown): record is { readonly node: string } {
  return (
    typeof record === 'object' &&
    record !== null &&
    'type' in record &&
    record.type === 'sample' &&
    'interface' in record &&
    record.interface === null
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
