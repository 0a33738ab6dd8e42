// The serial consoles of machines that are being deployed: kept in their logs, and read for the one line by which the head
// knows that a key is this machine's (protocol/README.md, "Trust"): a console is another way than the network.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeRecord } from '@heorot/inventory';
import type { Deployment } from '../deploy/deployment.ts';
import type { Head } from '../service/open-head.ts';

export interface ConsoleOptions {
  /** Program and arguments; %node, %mac and %bmc are replaced. It writes what the console shows, for ever. */
  readonly template: string;
  readonly recordOf: (node: string) => NodeRecord;
  readonly onLine: (deployment: Deployment, line: string) => void;
  readonly now: () => number;
}

/** Consoles read at the same time: one process each. */
const mostConsoles = 512;
const claimLine = /heorot-claim ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) ([0-9a-f]{32})\b/;

/** Starts a reader for each running deployment, and ends it with the deployment. */
export function watchConsoles(head: Head, options: ConsoleOptions): AsyncDisposable {
  const stopping = new AbortController();
  const readers = new Map<number, ChildProcess>();

  function update(): void {
    const active = new Map(head.deployments.active().map((each) => [each.id, each]));
    for (const [id, child] of readers)
      if (!active.has(id)) {
        child.kill();
        readers.delete(id);
      }
    for (const deployment of active.values()) {
      if (readers.size >= mostConsoles) return;
      if (deployment.position.kind === 'at' && !readers.has(deployment.id)) read(deployment);
    }
  }

  function read(deployment: Deployment): void {
    const { name, mac = '', bmc } = options.recordOf(deployment.node);
    const values: Readonly<Record<string, string>> = { node: name, mac, bmc: bmc?.address ?? '' };
    const [program = '', ...args] = options.template
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => word.replace(/%(node|mac|bmc)\b/g, (_, key: string) => values[key] ?? ''));
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    readers.set(deployment.id, child);
    child.on('error', (error) => {
      head.notices.add('console', deployment.node, error.message, options.now());
      readers.delete(deployment.id);
    });
    child.on('exit', () => readers.delete(deployment.id));
    createInterface({ input: child.stdout }).on('line', (line) => {
      options.onLine(deployment, line);
      const [, shown, fingerprint] = claimLine.exec(line) ?? [];
      // What another machine's console says vouches for nothing here.
      if (shown === deployment.mac && fingerprint !== undefined)
        head.admissions.vouch(shown, fingerprint, 'console', options.now());
    });
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      update();
      await sleep(500, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
      for (const child of readers.values()) child.kill();
    },
  };
}
