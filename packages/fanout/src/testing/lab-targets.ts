// The nodes of an embedded lab as targets, and runs on them: what the tests of engine/ and copy/ share.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import { type EmbeddedLab, type EmbeddedLabOptions, startEmbeddedLab } from '@heorot/lab';
import type { Run } from '../engine/fanout.ts';
import { openFanout } from '../engine/open-fanout.ts';
import type { RunSummary } from '../model/event.ts';
import type { Target } from '../model/target.ts';

export interface TestLab extends AsyncDisposable {
  readonly lab: EmbeddedLab;
  readonly folder: string;
  readonly targets: readonly Target[];
}

export async function openTestLab(options: Omit<EmbeddedLabOptions, 'folder'> = {}): Promise<TestLab> {
  const folder = await mkdtemp(join(tmpdir(), 'heorot-fanout-test-'));
  const lab = await startEmbeddedLab({ ...options, folder: join(folder, 'lab') });
  const targets = lab.nodes.map(({ name, address, port }) => ({
    node: name,
    host: parseHostName(address),
    settings: { port, user: userInfo().username, identity: [lab.identity], knownHosts: lab.knownHosts },
  }));
  return {
    lab,
    folder,
    targets,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fan-out that reads no ssh config of this machine. */
export const openTestFanout = (keepSessions = false) =>
  openFanout({ connection: { sshConfigFile: 'none' }, keepSessions });

export interface Gathered {
  readonly stdout: ReadonlyMap<string, Buffer>;
  readonly stderr: ReadonlyMap<string, Buffer>;
  readonly summary: RunSummary;
}

/** Everything a run gives, by node. */
export async function gather(run: Run): Promise<Gathered> {
  const outputs = { stdout: new Map<string, Buffer[]>(), stderr: new Map<string, Buffer[]>() };
  for await (const event of run) {
    if (event.kind !== 'stdout' && event.kind !== 'stderr') continue;
    const chunks = outputs[event.kind].get(event.node) ?? [];
    chunks.push(Buffer.from(event.data));
    outputs[event.kind].set(event.node, chunks);
  }
  return { stdout: joined(outputs.stdout), stderr: joined(outputs.stderr), summary: await run.summary };
}

function joined(chunks: ReadonlyMap<string, Buffer[]>): ReadonlyMap<string, Buffer> {
  return new Map(Array.from(chunks, ([node, list]) => [node, Buffer.concat(list)]));
}
