// Counters that lie, through the real samplers and the rates: no veth can be made to wrap or to be reset by its driver, so the
// machine is a fixture tree. Each fault is named, and no rate is printed that did not flow.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { advanceNode, type InterfaceSample, type NodeState } from '../src/index.ts';
import { unpack } from '../src/sampler/testing/fixture-tree.ts';
import { installedSamplers, runSampler } from '../src/sampler/testing/run-sampler.ts';

interface Step {
  readonly what: string;
  /** What /proc/net/dev shows from then on; what is left out goes on as it was. */
  readonly rx?: bigint;
  readonly tx?: bigint;
  readonly packets?: bigint;
  /** A real one takes its open files with it; these are plain ones, so the carrier changes as well. */
  readonly ifindex?: number;
  readonly carrierChanges?: number;
  readonly bootedAt?: number;
  /** Bytes received that the rate accounts for; null: unknown. */
  readonly received: number | null;
  readonly events: readonly string[];
}

const wrapAt = 2n ** 32n;
/** btime is read on every fifth tick, the first one among them. */
const steps: readonly Step[] = [
  { what: 'first', received: null, events: ['first-reading'] },
  { what: 'traffic', rx: wrapAt - 1000n, received: 9000, events: [] },
  { what: 'a wrap of 32 bits', rx: 2000n, received: 3000, events: ['counter-wrapped'] },
  { what: 'traffic', rx: 700_000n, received: 698_000, events: [] },
  { what: 'a zero read', rx: 0n, received: null, events: ['counter-decreased'] },
  { what: 'its return', rx: 700_100n, received: null, events: ['counter-returned'] },
  { what: 'traffic', rx: 700_300n, received: 200, events: [] },
  { what: 'a driver that resets', rx: 5n, tx: 6n, packets: 1n, received: null, events: ['counters-reset'] },
  { what: 'traffic', rx: 105n, received: 100, events: [] },
  { what: 'a flap', rx: 205n, carrierChanges: 4, received: 100, events: ['carrier-flapped'] },
  {
    what: 'a clock that is stepped',
    rx: 305n,
    bootedAt: 1_790_003_600,
    received: 100,
    events: ['clock-stepped'],
  },
  {
    what: 'an interface made anew',
    rx: 405n,
    ifindex: 9,
    carrierChanges: 1,
    received: null,
    events: ['interface-recreated'],
  },
  { what: 'traffic', rx: 505n, received: 100, events: [] },
];

describe.each(installedSamplers)('sampled by %s', (kind) => {
  it('every fault of the counters is named, and what is printed has flowed, to the byte', async () => {
    await using tree = await unpack(`== bin/getconf
#!/bin/sh
echo 32
== proc/uptime
100.00 100.00
@nic eth0 2 2 1 1500 up carrier=1 speed=1000 duplex=full driver=e1000
`);
    await chmod(join(tree.root, 'bin/getconf'), 0o755);
    let now = { rx: wrapAt - 10_000n, tx: 500_000n, packets: 7000n, bootedAt: 1_790_000_000 };
    const show = async (step: Step, at: number) => {
      now = { ...now, ...step };
      await tree.write(
        'proc/timer_list',
        `Timer List Version: v0.9\nHRTIMER_MAX_CLOCK_BASES: 8\nnow at ${1e9 + at * 1e9} nsecs\n`,
      );
      await tree.write('proc/stat', `cpu  1 2 3 4 5 6 7 8\nbtime ${now.bootedAt}\n`);
      await tree.write(
        'proc/net/dev',
        `Inter-|\n face |bytes packets errs drop|bytes packets errs drop\neth0: ${now.rx} ${now.packets} 0 0 ${now.tx} ${now.packets} 0 0\n`,
      );
      if (step.ifindex !== undefined) await tree.write('sys/class/net/eth0/ifindex', `${step.ifindex}\n`);
      if (step.carrierChanges !== undefined)
        await tree.write('sys/class/net/eth0/carrier_changes', `${step.carrierChanges}\n`);
    };
    await show(steps[0] ?? { what: '', received: null, events: [] }, 0);
    await using sampler = runSampler(kind, tree.root);
    let state: NodeState | undefined;
    const seen: Pick<Step, 'what' | 'received' | 'events'>[] = [];
    for (const [at, step] of steps.entries()) {
      await show(step, at);
      const advance = advanceNode(state, await sampler.tick(), { intervalMs: 1000 });
      state = advance.state;
      const sample = advance.samples.find(
        (each): each is InterfaceSample => each.type === 'sample' && each.interface === 'eth0',
      );
      const rate = sample?.rxBytesPerSecond ?? null;
      seen.push({
        what: step.what,
        received: rate === null ? null : Math.round(rate * (sample?.seconds ?? 0)),
        events: advance.events.map(({ event }) => event),
      });
    }
    expect(seen).toEqual(steps.map(({ what, received, events }) => ({ what, received, events })));
  });
});
