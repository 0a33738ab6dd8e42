// What the head does of itself while machines ask: gives turns by windows, presses power buttons, ends what is overdue, writes
// host keys, asks finished nodes for their name. All it knows is in the database; started anew it goes on where it was.
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeRecord } from '@heorot/inventory';
import { HeorotError } from '@heorot/inventory';
import { isOverdue } from '../deploy/advance.ts';
import type { Deployment } from '../deploy/deployment.ts';
import type { DeployedNode } from '../identity/record-facts.ts';
import type { HostKeyRecord } from '../identity/record-host-keys.ts';
import type { StartByKexec } from '../kexec/start-by-kexec.ts';
import type { DriverOf } from '../power/choose-driver.ts';
import { type PoweredNode, startFromNetwork } from '../power/power-driver.ts';
import type { Head } from './open-head.ts';
import type { VerifyNodes } from './verify-nodes.ts';

export interface ConductorOptions {
  readonly now: () => number;
  readonly driverOf: DriverOf;
  /** For runs that go by the running systems of nodes. */
  readonly startByKexec: StartByKexec;
  readonly recordOf: (node: string) => NodeRecord;
  readonly verify: VerifyNodes;
  readonly recordHostKeys: (records: readonly HostKeyRecord[]) => Promise<void>;
  readonly recordFacts: (nodes: readonly DeployedNode[]) => Promise<void>;
  readonly say: (text: string) => void;
  readonly tickMs?: number;
  /** Between two questions to nodes that have restarted. */
  readonly verifyEveryMs?: number;
}

export interface Conductor extends AsyncDisposable {
  /** The secrets of a deployment have left the head. */
  readonly secretsLeft: (deployment: Deployment) => void;
  /** Rejects when it can do no more; resolves after disposal. */
  readonly ended: Promise<void>;
}

/** Power buttons that are pressed at the same moment: BMCs and breakers are slow. */
const mostButtons = 16;

export function startConductor(head: Head, options: ConductorOptions): Conductor {
  const { deployments, notices } = head;
  const { now, driverOf, recordOf, verify, say, tickMs = 200, verifyEveryMs = 5000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const pressing = new Map<number, Promise<void>>();
  const lastAnswers = new Map<number, string>();
  let keysToRecord: Deployment[] = [];
  let verifiedAt = 0;
  let verifying: Promise<void> | undefined;

  function endOverdue(): void {
    for (const { id, expires, position } of deployments.overdue(now())) {
      if (expires <= now()) deployments.apply(id, { kind: 'expire' }, now());
      else if (isOverdue(position, now())) {
        const said = lastAnswers.get(id);
        const event =
          said === undefined
            ? ({ kind: 'timeout' } as const)
            : { kind: 'failed' as const, code: 'timeout', text: said };
        deployments.apply(id, event, now());
      }
    }
  }

  function giveTurns(): void {
    const [next] = deployments.queued(1);
    if (next === undefined) return;
    const window = deployments.run(next.run)?.window ?? 1;
    const free = window - deployments.booting();
    // What is powered by hand needs no turn.
    for (const { id, manualPower } of deployments.queued(free > 0 ? Math.max(free, 256) : 256)) {
      if (!manualPower && deployments.booting() >= window) continue;
      deployments.apply(id, { kind: 'turn' }, now());
    }
  }

  function pressButtons(): void {
    for (const deployment of deployments.atStep('power')) {
      const { id } = deployment;
      if (pressing.has(id)) continue;
      if (pressing.size >= mostButtons) return;
      const press = pressButton(deployment).finally(() => pressing.delete(id));
      pressing.set(id, press);
    }
  }

  async function pressButton(deployment: Deployment): Promise<void> {
    const { id, node, run, manualPower } = deployment;
    try {
      if (deployments.run(run)?.via === 'kexec') {
        await options.startByKexec(deployment, signal);
        // No firmware asks for a boot script: its claim is the next that is heard of it.
        deployments.apply(id, { kind: 'script' }, now());
        return;
      }
      const machine = poweredNode(recordOf(node));
      const driver = manualPower ? undefined : driverOf(machine);
      if (driver !== undefined) await startFromNetwork(driver, machine, signal);
      deployments.apply(id, { kind: 'powered' }, now());
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof HeorotError)) throw error;
      notices.add('power', node, error.message, now());
      const code = error.code === 'kexec-impossible' ? error.code : 'power';
      deployments.apply(id, { kind: 'failed', code, text: error.message }, now());
    }
  }

  async function writeHostKeys(): Promise<void> {
    if (keysToRecord.length === 0) return;
    const due = keysToRecord;
    keysToRecord = [];
    const records = due.flatMap(({ id, node, run }) => {
      const hostKeys = deployments.planOf(id)?.hostKeys;
      return hostKeys === undefined || hostKeys === ''
        ? []
        : [{ node: recordOf(node), hostKeys, beside: deployments.run(run)?.action === 'rescue' }];
    });
    if (records.length > 0) await options.recordHostKeys(records);
  }

  async function verifyAnswers(): Promise<void> {
    const waiting = deployments.atStep('answer');
    if (waiting.length === 0) return;
    const expected = waiting.map(({ node, run }) => ({ node, image: imageOf(run) }));
    const verdicts = await verify(expected, signal);
    const done: DeployedNode[] = [];
    for (const { id, node, run } of waiting) {
      const verdict = verdicts.get(node);
      if (verdict?.kind === 'good') {
        lastAnswers.delete(id);
        deployments.apply(id, { kind: 'answered' }, now());
        say(`${node}: deployed`);
        const image = imageOf(run);
        if (image !== undefined) done.push({ node, image, hostKeys: deployments.planOf(id)?.hostKeys ?? '' });
      } else if (verdict !== undefined)
        lastAnswers.set(id, `the node does not answer as itself: ${verdict.why}`);
    }
    await options.recordFacts(done);
  }

  function imageOf(id: number): string | undefined {
    const run = deployments.run(id);
    return run?.action === 'deploy' ? run.image : undefined;
  }

  async function loop(): Promise<void> {
    // What waited for an answer when the last head ended: its keys may not have been written.
    keysToRecord.push(...deployments.active().filter((each) => hasLeft(each)));
    while (!signal.aborted) {
      endOverdue();
      giveTurns();
      pressButtons();
      await writeHostKeys();
      if (verifying === undefined && now() - verifiedAt >= verifyEveryMs) {
        verifying = verifyAnswers().finally(() => {
          verifying = undefined;
          verifiedAt = now();
        });
        verifying.catch(() => {});
      }
      await sleep(tickMs, undefined, { signal }).catch(() => {});
    }
  }

  function hasLeft({ id }: Deployment): boolean {
    return head.admissions.ofDeployment(id).some(({ sealed }) => sealed > 0);
  }

  const running = loop();
  running.catch(() => {});
  return {
    ended: running,
    secretsLeft: (deployment) => void keysToRecord.push(deployment),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await Promise.allSettled([running, verifying, ...pressing.values()]);
      await writeHostKeys().catch(() => {});
    },
  };
}

function poweredNode({ name, mac, bmc }: NodeRecord): PoweredNode {
  return { name, mac, bmc };
}
