// dnsmasq as our child: started, listened to, told of changes, started again when it dies, ended with us.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError } from '@heorot/inventory';
import { writeFileAtomically } from '@heorot/state';
import { type DhcpEvent, parseDnsmasqLine } from './dnsmasq-log.ts';

export interface DnsmasqOptions {
  readonly folder: string;
  readonly config: string;
  readonly onEvent: (event: DhcpEvent) => void;
  readonly say: (text: string) => void;
  /** dnsmasq, or how to come to it: `['ip', 'netns', 'exec', 'lab', 'dnsmasq']`. */
  readonly program?: readonly string[];
}

export interface Dnsmasq extends AsyncDisposable {
  /** Another configuration: written and taken at once. */
  update(config: string): Promise<void>;
  /** Rejects when it does not stay up. */
  readonly ended: Promise<void>;
}

/** So quick an end, so often in a row, is no accident. */
const mostDeaths = 5;
const livedMs = 10_000;

/** @throws HeorotError `dnsmasq-failed` when it does not start, with its own words */
export async function runDnsmasq(options: DnsmasqOptions): Promise<Dnsmasq> {
  const { folder, onEvent, say } = options;
  const path = join(folder, 'dnsmasq.conf');
  let stopped = false;
  /** It is ended by us, for a new configuration. */
  let replacing = false;
  let wanted = options.config;
  let child = await start();
  const ended = keepUp();
  ended.catch(() => {});

  async function start(): Promise<ChildProcess> {
    await writeFileAtomically(path, wanted);
    const [program = 'dnsmasq', ...before] = options.program ?? ['dnsmasq'];
    const started = spawn(program, [...before, `--conf-file=${path}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    const words: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void =>
        reject(
          new HeorotError('dnsmasq-failed', `dnsmasq does not start: ${why}`, {
            hint: 'is it installed (apt install dnsmasq-base), and is no other DHCP server running here?',
          }),
        );
      started.once('error', (error) => fail(error.message));
      started.once('exit', (code) => fail(words.at(-1) ?? `exit ${code}`));
      for (const stream of [started.stdout, started.stderr])
        createInterface({ input: stream }).on('line', (line) => {
          if (words.length < 100) words.push(line.replace(/^dnsmasq(-dhcp)?: /, ''));
          if (/started, version/.test(line)) resolve();
          const event = parseDnsmasqLine(line);
          if (event !== undefined) onEvent(event);
        });
    });
    return started;
  }

  async function keepUp(): Promise<void> {
    for (let deaths = 0; ; ) {
      const since = performance.now();
      await exitOf(child);
      if (stopped) return;
      deaths = performance.now() - since > livedMs ? 1 : deaths + 1;
      if (deaths > mostDeaths) throw new HeorotError('dnsmasq-failed', 'dnsmasq does not stay up');
      if (!replacing) say('dnsmasq has ended; it is started again');
      replacing = false;
      await sleep(100 * deaths);
      child = await start();
    }
  }

  return {
    ended,
    update: async (config) => {
      if (config === wanted) return;
      wanted = config;
      // dnsmasq reads dhcp-host lines of its main file at its start only.
      replacing = true;
      child.kill('SIGTERM');
    },
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      child.kill('SIGTERM');
      await exitOf(child);
    },
  };
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
  });
}
