// A head in a scratch folder with its HTTP service on loopback, and deployments with a small plan, for tests.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment, Run, Trust } from '../deploy/deployment.ts';
import { defaultSteps, type StepTable } from '../deploy/step-table.ts';
import { isDistributed } from '../distribution/material.ts';
import { openTracker } from '../distribution/tracker.ts';
import { stepLines } from '../protocol/plan-document.ts';
import { type PlanStep, phases } from '../protocol/plan-step.ts';
import { line } from '../protocol/words.ts';
import { createHttpServer } from '../service/http-server.ts';
import { nodeRequests } from '../service/node-requests.ts';
import { type Head, openHead } from '../service/open-head.ts';

export interface ServiceFixture extends AsyncDisposable {
  readonly head: Head;
  readonly url: string;
  /** Deployments whose secrets have left the head. */
  readonly sealed: Deployment[];
  readonly errors: unknown[];
  /** What stands in for the clock of the head. */
  clock: number;
  /** Every node holds a multicast. */
  slow: boolean;
}

export async function scratchFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'heorot-clone-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

export interface FixtureOptions {
  readonly path?: string;
  readonly steps?: StepTable;
  readonly port?: number;
  readonly known?: readonly string[];
}

export async function startService(options: FixtureOptions = {}): Promise<ServiceFixture> {
  const scratch = options.path === undefined ? await scratchFolder() : undefined;
  const path = options.path ?? scratch?.path ?? '';
  const head = await openHead(path, options.steps ?? defaultSteps);
  const sealed: Deployment[] = [];
  const errors: unknown[] = [];
  const fixture = { clock: 1_700_000_000_000, sealed, errors, slow: false };
  const now = () => fixture.clock;
  let url = '';
  const server = createHttpServer(head, {
    now,
    url: () => url,
    kernelArguments: '',
    isKnown: (mac) => options.known?.includes(mac) === true,
    nodeRequests: nodeRequests(head, {
      now,
      onSecrets: (deployment) => fixture.sealed.push(deployment),
      isSlow: () => fixture.slow,
      onLog: () => {},
    }),
    tracker: openTracker((infoHash) => isDistributed(head.folder, infoHash)),
    onError: (error) => fixture.errors.push(error),
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return Object.assign(fixture, {
    head,
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      head[Symbol.dispose]();
      await scratch?.[Symbol.asyncDispose]();
    },
  });
}

/** All phases, with a secret in the place where it belongs. */
const smallPlan: readonly PlanStep[] = phases.flatMap((phase): readonly PlanStep[] => {
  const start: PlanStep = { kind: 'phase', phase, seconds: 60 };
  if (phase === 'secrets') return [start, { kind: 'secrets' }];
  return phase === 'flush' ? [start, { kind: 'flush' }, { kind: 'finish', how: 'reboot' }] : [start];
});

export const theSecret = 'HOST-KEY-NOBODY-MAY-READ';

export interface DeployOptions {
  readonly trust?: Trust;
  readonly action?: 'deploy' | 'rescue' | 'discover';
  /** The head powers the machines itself. */
  readonly power?: boolean;
  readonly via?: Run['via'];
  readonly window?: number;
  readonly hostKeys?: string;
}

/** Deploys nodes with {@link smallPlan}; the MAC of n7 is 52:54:00:00:00:07. */
export function deployAll(
  { head, clock }: ServiceFixture,
  nodes: readonly string[],
  {
    trust = 'arrival',
    action = 'deploy',
    power = false,
    via = 'network',
    window = 64,
    hostKeys = '',
  }: DeployOptions = {},
): readonly Deployment[] {
  const run = head.deployments.create(
    {
      action,
      image: 'base@1',
      digest: 'd'.repeat(64),
      nodes: nodes.join(','),
      trust,
      via,
      window,
      source: '{}',
      created: clock,
      expires: clock + 3_600_000,
    },
    nodes.map((node) => ({
      node,
      mac: macOf(node),
      manualPower: !power,
      plan: { steps: stepLines(smallPlan), bundle: Buffer.from('bundle'), hostKeys },
      secrets: Buffer.from(theSecret),
    })),
  );
  return head.deployments.list(run.id);
}

export function macOf(node: string): string {
  const number = Number(node.replace(/\D/g, ''));
  const octets = [number >> 16, number >> 8, number].map((octet) =>
    (octet & 255).toString(16).padStart(2, '0'),
  );
  return `52:54:00:${octets.join(':')}`;
}

export const oneDisk: readonly string[] = [
  line('disk', 'vda', 'DISK-1', '', 8 * 2 ** 30, 'a'.repeat(64), '', ''),
];
