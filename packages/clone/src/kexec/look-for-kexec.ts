// Which nodes of a plan cannot be started by kexec, and why: they are asked before anything is consented to.
import { openFanout, scriptForAnyShell, targetOf } from '@heorot/fanout';
import type { Inventory, NodeRecord } from '@heorot/inventory';
import { kexecCheckScript } from './kexec-scripts.ts';
import { whyNot } from './why-not.ts';

export interface KexecLook {
  readonly inventory: Inventory;
  /** Of kernel and initramfs. */
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/** @returns the reasons against nodes; those that are not in it can */
export async function lookForKexec(
  nodes: readonly NodeRecord[],
  { inventory, bytes, signal }: KexecLook,
): Promise<ReadonlyMap<string, string>> {
  await using fanout = openFanout({ inventory });
  const run = fanout.run(
    nodes.map((node) => targetOf(node)),
    { text: scriptForAnyShell(kexecCheckScript(bytes)) },
    { schedule: { fanout: 64 }, commandTimeoutMs: 30_000, signal },
  );
  const said = new Map(nodes.map(({ name }) => [String(name), { stdout: '', stderr: '' }]));
  for await (const event of run) {
    const words = said.get(event.node);
    if (words !== undefined && (event.kind === 'stdout' || event.kind === 'stderr'))
      words[event.kind] = `${words[event.kind]}${Buffer.from(event.data).toString('utf8')}`.slice(0, 16_384);
  }
  const { results } = await run.summary;
  const outcomes = new Map(results.map(({ node, outcome }) => [node, outcome]));
  return new Map(
    nodes.flatMap(({ name, mac = '' }) => {
      const { stdout = '', stderr = '' } = said.get(name) ?? {};
      const against =
        whyNot(outcomes.get(name), stderr) ??
        (stdout.toLowerCase().split('\n').includes(mac)
          ? undefined
          : `it has no card with the MAC address ${mac}`);
      return against === undefined ? [] : [[String(name), against] as const];
    }),
  );
}
