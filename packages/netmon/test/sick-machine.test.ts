// A machine on which nearly everything is wrong that files of /proc and /sys can tell, as a fixture tree: through a real sampler, the
// rates and the ranking, each sickness is named with why and what to check. What traffic tells is seeded in sick-links.test.ts.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LiveCluster } from '../src/live/live-cluster.ts';
import { type FixtureTree, unpack } from '../src/sampler/testing/fixture-tree.ts';
import { installedSamplers, runSampler } from '../src/sampler/testing/run-sampler.ts';
import { LinkWatch } from '../src/sick-links/link-watch.ts';

/** Those whose clock is a file of the tree: a card is asked twice a minute, by that clock. */
const awks = installedSamplers.filter((kind) => kind !== 'perl');
const roce = 'sys/class/infiniband/mlx5_0';
/** Ten seconds a tick; the slow counters come with every fifth. */
const ticks = 11;

const machine = `== proc/uptime
100.00 100.00
== proc/sys/net/netfilter/nf_conntrack_count
262000
== proc/sys/net/netfilter/nf_conntrack_max
262144
== ${roce}/device/uevent
DRIVER=mlx5_core
== ${roce}/ports/1/state
4: ACTIVE
== ${roce}/ports/1/phys_state
5: LinkUp
== ${roce}/ports/1/rate
100 Gb/sec (4X EDR)
== ${roce}/ports/1/link_layer
Ethernet
@nic lo 1 1 772 65536 unknown
@nic eth0 2 2 1 1500 up carrier=1 speed=1000 duplex=half driver=igb master=bond0
@nic eth1 3 3 1 1500 down carrier=0 speed=-1 duplex=unknown driver=igb master=bond0
@nic bond0 4 4 1 1500 up carrier=1 speed=1000 duplex=half devtype=bond bonding=active-backup
== bin/ethtool
#!/bin/sh
cat "$(dirname "$0")/../ethtool-of-$2" 2>/dev/null
`;

/** What the machine shows at a tick. */
async function show(tree: FixtureTree, tick: number): Promise<void> {
  const times = (each: number) => String(each * tick);
  await tree.write(
    'proc/timer_list',
    `Timer List Version: v0.9\nHRTIMER_MAX_CLOCK_BASES: 8\nnow at ${1e9 + tick * 10e9} nsecs\n`,
  );
  const header = 'Inter-|\n face |bytes packets errs drop|bytes packets errs drop\n';
  const row = `${times(1_000_000)} ${times(1000)} ${times(3)} ${times(7)} ${times(1_000_000)} ${times(1000)} 0 0`;
  await tree.write(
    'proc/net/dev',
    `${header}lo: 0 0 0 0 0 0 0 0\neth0: ${row}\neth1: 0 0 0 0 0 0 0 0\nbond0: ${row}\n`,
  );
  await tree.write(
    'proc/net/snmp',
    `Tcp: InSegs OutSegs RetransSegs InErrs\nTcp: 0 ${times(10_000)} ${times(300)} 0\n`,
  );
  await tree.write(
    'proc/net/softnet_stat',
    `00001000 ${(tick * 5).toString(16).padStart(8, '0')} 00000001\n`,
  );
  await tree.write('sys/class/net/eth0/carrier_changes', `${2 + 2 * Number(tick > 2)}\n`);
  const counters = { rx_pause: 5000, tx_pause: 10, rx_crc_errors: 2, tx_timeout_count: 1 };
  const told = Object.entries(counters).map(([name, each]) => `     ${name}: ${times(each)}\n`);
  await tree.write('ethtool-of-eth0', `NIC statistics:\n${told.join('')}`);
  const port = { symbol_error: 2, link_downed: 0, port_rcv_data: 1000, port_rcv_packets: 10 };
  for (const [name, each] of Object.entries(port))
    await tree.write(`${roce}/ports/1/counters/${name}`, `${times(each)}\n`);
  for (const name of ['np_cnp_sent', 'out_of_sequence', 'rp_cnp_handled'])
    await tree.write(`${roce}/ports/1/hw_counters/${name}`, `${times(4)}\n`);
}

describe.each(awks)('a machine in bad shape, sampled by %s', (kind) => {
  it('has all that is wrong with it named, why, and what to check', async () => {
    await using tree = await unpack(machine);
    await chmod(join(tree.root, 'bin/ethtool'), 0o755);
    await show(tree, 0);
    await using sampler = runSampler(kind, tree.root);
    const cluster = new LiveCluster({ nodes: ['n1'], intervalMs: 10_000 });
    using watch = new LinkWatch(cluster);
    for (let tick = 0; tick < ticks; tick++) {
      await show(tree, tick);
      cluster.accept({ kind: 'reading', reading: await sampler.tick() });
    }
    const found = watch.findings(() => 'all');
    expect(found.map(({ link, kind: what }) => `${link} ${what}`).toSorted()).toEqual([
      'eth0 carrier-flaps',
      'eth0 damaged-frames',
      'eth0 drops',
      'eth0 errors',
      'eth0 half-duplex',
      'eth0 pause-storm',
      'eth0 retransmits',
      'eth0 transmit-timeouts',
      'eth1 no-carrier',
      'mlx5_0/1 rdma-congestion',
      'mlx5_0/1 rdma-errors',
      'null conntrack-full',
      'null softnet-drops',
    ]);
    expect(found.filter(({ why, check }) => why.length < 10 || check.length < 10)).toEqual([]);
    expect(cluster.nodes[0]?.ports[0]?.rxBytesPerSecond).toBe(4 * 100);
  });
});
