// /metrics and remote write against the real thing: Debian's Prometheus and VictoriaMetrics. Needs prometheus, victoria-metrics.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startServe } from './served-netmon.ts';

let folder: string;
let lab: EmbeddedLab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-netmon-prometheus-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 3 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const environment = () => ({ HOME: folder, HEOROT_CLUSTER: lab.clusterFile });
const watch = ['-a', '-i', '0.2s', '--listen', '127.0.0.1:0', '-q'];

interface Server extends AsyncDisposable {
  readonly origin: string;
}

async function startProgram(program: string, args: readonly string[], port: number): Promise<Server> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  let said = '';
  child.stderr.on('data', (piece) => void (said += String(piece)));
  const ended = new Promise((resolve) => child.on('close', resolve));
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      expect(said).not.toContain('panic');
    },
  };
}

async function startPrometheus(scrape: string): Promise<Server> {
  const port = await freePort();
  const data = mkdtempSync(join(folder, 'prometheus-'));
  const config = join(data, 'prometheus.yml');
  writeFileSync(config, `global: {scrape_interval: 250ms}\nscrape_configs:\n${scrape}`);
  return await startProgram(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(data, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
    ],
    port,
  );
}

/** The values by node, once there is one for each of them. */
async function query({ origin }: Server, expression: string): Promise<ReadonlyMap<string, number>> {
  for (let tries = 0; tries < 300; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const values = await ask(`${origin}/api/v1/query?query=${encodeURIComponent(expression)}`);
    if (values.size >= lab.nodes.length) return values;
  }
  throw new Error(`no answer to ${expression}`);
}

/** prometheus.io/docs/prometheus/latest/querying/api, an instant vector */
interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: { readonly node?: string };
      readonly value: readonly [time: number, value: string];
    }[];
  };
}

async function ask(url: string): Promise<ReadonlyMap<string, number>> {
  try {
    const { data }: QueryAnswer = JSON.parse(await (await fetch(url)).text());
    return new Map(data.result.map(({ metric, value }) => [metric.node ?? '', Number(value[1])]));
  } catch {
    return new Map();
  }
}

/** All nodes of the lab are this machine: its own counter, now. */
function receivedByLoopback(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'));
  return Number(line?.[1]);
}

const counter = 'netmon_interface_receive_bytes_total{interface="lo"}';

/** Whether each node has a value that lies between what the kernel told before and what it tells now. */
async function isTrueOf(server: Server, before: number): Promise<boolean> {
  const values = await query(server, counter);
  const after = receivedByLoopback();
  const names = [...values.keys()].toSorted().join(' ');
  return names === 'n1 n2 n3' && [...values.values()].every((value) => value >= before && value <= after);
}

describe('/metrics', () => {
  it('promtool finds nothing to complain of', async () => {
    await using served = await startServe([...watch, '--metrics-open'], environment());
    let page = '';
    // All three answer.
    while (page.split(/^netmon_node_up\{.*\} 1$/m).length < 4)
      page = await (await fetch(`${served.origin}/metrics`)).text();
    execFileSync('promtool', ['check', 'metrics'], { input: page });
    expect(page).toContain('netmon_node_up{node="n1"} 1\n');
  });

  it('a Prometheus with the token of its own scrapes it, and knows what the kernel knows', async () => {
    const tokenFile = join(folder, 'metrics.token');
    const before = receivedByLoopback();
    await using served = await startServe([...watch, '--metrics-token-file', tokenFile], environment());
    expect((await fetch(`${served.origin}/metrics`)).status).toBe(401);
    const target = new URL(served.origin).host;
    await using prometheus = await startPrometheus(
      `  - {job_name: netmon, authorization: {credentials_file: ${tokenFile}}, static_configs: [{targets: ['${target}']}]}\n`,
    );
    expect(await isTrueOf(prometheus, before)).toBe(true);
    const up = await query(prometheus, 'netmon_node_up');
    expect([...up.values()]).toEqual([1, 1, 1]);
  });
});

describe('--push', () => {
  it('a Prometheus that receives has the figures by the same names', async () => {
    const before = receivedByLoopback();
    await using prometheus = await startPrometheus('  []\n');
    const push = ['--push', `${prometheus.origin}/api/v1/write`, '--push-interval', '0.3s'];
    await using _served = await startServe([...watch, ...push], environment());
    expect(await isTrueOf(prometheus, before)).toBe(true);
  });

  it('VictoriaMetrics as well; one that is not there yet gets what has waited', async () => {
    const before = receivedByLoopback();
    const port = await freePort();
    const push = ['--push', `http://127.0.0.1:${port}/api/v1/write`, '--push-interval', '0.3s'];
    await using served = await startServe(
      ['-a', '-i', '0.2s', '--listen', '127.0.0.1:0', ...push],
      environment(),
    );
    while (!served.stderr().includes('push: 127.0.0.1'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(served.stderr()).toContain('does not take it');
    const data = mkdtempSync(join(folder, 'victoria-'));
    chmodSync(data, 0o700);
    const args = [
      `-storageDataPath=${data}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-search.latencyOffset=0s',
    ];
    await using victoria = await startProgram('victoria-metrics', args, port);
    expect(await isTrueOf(victoria, before)).toBe(true);
    expect(served.stderr()).toContain('takes it again');
  });
});
