import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../model/reading.ts';
import { openFixtureTree, unpack } from './testing/fixture-tree.ts';
import {
  installedSamplers,
  missingSamplers,
  type RunningSampler,
  runSampler,
} from './testing/run-sampler.ts';

it.skipIf(missingSamplers.length > 0)(
  'is tried with perl, mawk, gawk and busybox awk (apt-get install perl mawk gawk busybox)',
  () => {
    expect(installedSamplers).toEqual(['perl', 'mawk', 'gawk', 'busybox']);
  },
);

const find = (reading: Reading, name: string) => {
  const found = reading.interfaces.find(({ facts }) => facts.name === name);
  if (found === undefined) throw new Error(`no ${name} in the reading`);
  return found;
};

const cards = `== proc/net/dev
Inter-|
 face |bytes packets errs drop|bytes packets errs drop
  lo: 1 1 0 0 1 1 0 0
veth$(reboot): 1 1 0 0 1 1 0 0
mlx5: 1 1 0 0 1 1 0 0
ixgbe: 1 1 0 0 1 1 0 0
== proc/net/softnet_stat
0001a2b3 ffffffff 0000abcd 00000000 00000000
00000000 00000010 00000000 00000000 00000000
== proc/sys/net/netfilter/nf_conntrack_count
255000
== proc/sys/net/netfilter/nf_conntrack_max
262144
@nic lo 1 1 772 65536 unknown carrier=1
@nic veth$(reboot) 7 8 1 1500 up carrier=1 driver=fake
@nic mlx5 2 2 1 9000 up carrier=1 speed=100000 driver=mlx5_core
@nic ixgbe 3 3 1 9000 up carrier=1 speed=10000 driver=ixgbe
`;

describe.each(installedSamplers)('the sampler in %s', (kind) => {
  it('says who it is before the first tick, and answers each tick once', async () => {
    await using sampler = runSampler(kind, '');
    const first = await sampler.tick();
    const second = await sampler.tick();
    expect(sampler.outputs.map((output) => output.kind)).toEqual(['started', 'reading', 'reading']);
    expect([first.ticks, second.ticks]).toEqual([1, 2]);
    expect(second.monotonicNs).toBeGreaterThanOrEqual(first.monotonicNs);
    expect(first.bootId).toMatch(/^[\da-f-]{36}$/);
    expect(find(first, 'lo').counters.rxBytes).toEqual(find(first, 'lo').counters.txBytes);
    expect(first.host.cpu).toHaveLength(8);
  });

  it('reads bonds, bridges, VLANs, veths and a virtual function for what they are', async () => {
    await using tree = await openFixtureTree('bond');
    await using sampler = runSampler(kind, tree.root);
    const reading = await sampler.tick();
    expect(reading.bootId).toBe('3b1f2a64-1a0c-4a53-9a2e-5c1b8a7d9e10');
    expect(find(reading, 'eno1').facts).toEqual({
      name: 'eno1',
      ifindex: 2,
      iflink: 2,
      type: 1,
      mtu: 1500,
      state: 'up',
      carrier: true,
      speedMbit: 25000,
      duplex: 'full',
      devtype: null,
      device: true,
      driver: 'mlx5_core',
      virtualFunction: false,
      master: 4,
      bond: false,
      bridge: false,
      tun: false,
      card: null,
    });
    expect(find(reading, 'bond0').facts).toMatchObject({
      devtype: 'bond',
      bond: true,
      device: false,
      master: 6,
    });
    expect(find(reading, 'bond0.100').facts).toMatchObject({ devtype: 'vlan', iflink: 4 });
    expect(find(reading, 'br0').facts).toMatchObject({ bridge: true, speedMbit: null });
    expect(find(reading, 'tap0').facts).toMatchObject({ tun: true, carrier: null });
    expect(find(reading, 'eno1v0').facts).toMatchObject({ virtualFunction: true, device: true });
  });

  it('carries counters of 64 bits to the last digit, also where a name is glued to its first number', async () => {
    await using tree = await openFixtureTree('bond');
    await using sampler = runSampler(kind, tree.root);
    expect(find(await sampler.tick(), 'eno1').counters).toEqual({
      rxBytes: 18446744073709551615n,
      rxPackets: 123456789n,
      rxErrors: 1n,
      rxDropped: 2n,
      txBytes: 9007199254740993n,
      txPackets: 987654321n,
      txErrors: 3n,
      txDropped: 4n,
      carrierChanges: 2n,
    });
  });

  it('finds TCP figures by name, IPVS totals in hex, and the slow ones on slow ticks only', async () => {
    await using tree = await openFixtureTree('bond');
    await using sampler = runSampler(kind, tree.root);
    const { host, bootedAt, uptimeSeconds } = await sampler.tick();
    expect(host).toEqual({
      load: [1.25, 0.75, 0.5],
      cpu: [1000n, 20n, 300n, 90000n, 50n, 0n, 60n, 7n],
      memory: { totalKib: 32768000, freeKib: 16384000, availableKib: 24576000 },
      tcp: { inSegments: 1000000n, outSegments: 2000000n, retransmitted: 3000n, inErrors: 5n },
      tcpTrouble: {
        listenOverflows: 11n,
        listenDrops: 12n,
        timeouts: 13n,
        synRetransmitted: 14n,
        backlogDrops: 15n,
      },
      ipvs: { connections: 31n, inPackets: 672n, outPackets: 432n, inBytes: 68719476735n, outBytes: 32768n },
      softnet: null,
      conntrack: null,
    });
    expect([bootedAt, uptimeSeconds]).toEqual([1790000000, 86400.25]);
    const next = await sampler.tick();
    expect([next.bootedAt, next.host.tcpTrouble]).toEqual([null, null]);
    expect(next.host.ipvs?.connections).toBe(31n);
  });

  it('reads RDMA ports as raw as they are, and takes N/A for unknown', async () => {
    await using tree = await openFixtureTree('infiniband');
    await using sampler = runSampler(kind, tree.root);
    const { ports, host } = await sampler.tick();
    const [omniPath, edr, roce] = ports;
    expect(omniPath).toMatchObject({
      facts: { device: 'hfi1_0', driver: 'hfi1' },
      rxData: null,
      txData: null,
    });
    expect(edr).toMatchObject({
      facts: {
        device: 'mlx5_0',
        port: 1,
        driver: 'mlx5_core',
        state: '4:_ACTIVE',
        rateMbit: 100_000,
        layer: 'InfiniBand',
      },
      rxData: 250000000000n,
      txPackets: 250000000n,
      errors: { 'counters/symbol_error': 3n, 'counters/link_downed': 1n, 'hw_counters/np_cnp_sent': null },
    });
    expect(roce).toMatchObject({
      facts: { device: 'mlx5_1', state: '1:_DOWN', rateMbit: 2500, layer: 'Ethernet' },
      errors: { 'hw_counters/np_cnp_sent': 17n },
    });
    expect(host.tcp).toMatchObject({ outSegments: 20n, inErrors: null });
    expect(host.ipvs).toBeNull();
  });

  it('asks ethtool for one card at a time, and for each twice a minute at most', async () => {
    await using tree = await unpack(cards);
    for (const driver of ['mlx5', 'ixgbe']) {
      const text = await readFile(join(import.meta.dirname, `testing/ethtool/${driver}.txt`), 'utf8');
      await tree.write(`ethtool-of-${driver}`, text);
    }
    await tree.write(
      'bin/ethtool',
      `#!/bin/sh\necho "$2" >> ${tree.root}/asked\ncat "${tree.root}/ethtool-of-$2"\n`,
    );
    await chmod(join(tree.root, 'bin/ethtool'), 0o755);
    await using sampler = runSampler(kind, tree.root);
    const readings: Reading[] = [];
    for (let tick = 0; tick < 16; tick++) readings.push(await sampler.tick());
    const told = readings.flatMap(({ ticks, interfaces }) =>
      interfaces.flatMap(({ facts, hardware }) => (hardware ? [{ ticks, name: facts.name, hardware }] : [])),
    );
    expect(told).toMatchObject([
      { ticks: 1, name: 'mlx5', hardware: { rxPauses: 950n, rxMissed: 53n, crcErrors: 3n } },
      { ticks: 6, name: 'ixgbe', hardware: { txPauses: 78n, txTimeouts: 1n } },
    ]);
    expect(await readFile(join(tree.root, 'asked'), 'utf8')).toBe('mlx5\nixgbe\n');
  });

  it('adds up the backlogs of the CPUs, and tells how full the table of connections is', async () => {
    await using tree = await unpack(cards);
    await using sampler = runSampler(kind, tree.root);
    expect((await sampler.tick()).host).toMatchObject({
      softnet: { dropped: 4294967311n, squeezed: 43981n },
      conntrack: { entries: 255000, most: 262144 },
    });
    expect((await sampler.tick()).host).toMatchObject({ softnet: null, conntrack: null });
  });

  it('tells of an interface that came, changed, was made anew or went', async () => {
    await using tree = await openFixtureTree('bond');
    await using sampler = runSampler(kind, tree.root);
    const before = await sampler.tick();
    expect(before.interfaces.map(({ facts }) => facts.name)).toHaveLength(10);
    await tree.write('sys/class/net/vethA/ifindex', '12\n');
    // A real one that is made anew takes its open files with it; these are plain files.
    await tree.write('sys/class/net/vethA/carrier_changes', '3\n');
    await tree.write('sys/class/net/eno2/carrier_changes', '4\n');
    await tree.write('sys/class/net/eno2/speed', '-1\n');
    const after = await sampler.tick();
    expect(find(after, 'vethA').facts.ifindex).toBe(12);
    expect(find(after, 'eno2').facts.speedMbit).toBeNull();
    expect(find(after, 'eno2').counters.carrierChanges).toBe(4n);
    await tree.write('proc/net/dev', 'Inter-|\n face |bytes packets|bytes packets\nnew0: 1 2 3 4\n');
    const last = await sampler.tick();
    expect(last.interfaces.map(({ facts }) => facts.name)).toEqual(['new0']);
    expect(find(last, 'new0').counters).toMatchObject({
      rxBytes: 1n,
      rxErrors: null,
      txBytes: 3n,
      txPackets: 4n,
    });
  });

  it('reads 64 interfaces', async () => {
    const header = 'Inter-|\n face |bytes packets errs drop|bytes packets errs drop\n';
    const names = Array.from({ length: 64 }, (_, at) => `enp${at}s0`);
    const rows = names.map((name, at) => `${name}: ${at} 1 0 0 ${at * 2} 1 0 0\n`);
    const nics = names.map(
      (name, at) => `@nic ${name} ${at + 2} ${at + 2} 1 9000 up carrier=1 speed=100000 driver=ice\n`,
    );
    await using tree = await unpack(`== proc/net/dev\n${header}${rows.join('')}${nics.join('')}`);
    await using sampler = runSampler(kind, tree.root);
    const { interfaces } = await sampler.tick();
    expect(interfaces.map(({ facts }) => facts.name)).toEqual(names);
    expect(interfaces.map(({ counters }) => counters.txBytes)).toEqual(names.map((_, at) => BigInt(at * 2)));
    expect(interfaces.every(({ facts }) => facts.speedMbit === 100_000 && facts.device)).toBe(true);
  });

  it('answers at once where files are missing, folders, or have no end of line, and says nothing of what they hold', async () => {
    await using tree = await unpack('== proc/stat\ncpu');
    // Opening a folder is fine, reading it is an error: a loop over its lines must see that.
    for (const folder of [
      'net/dev',
      'net/snmp',
      'net/netstat',
      'net/softnet_stat',
      'meminfo',
      'loadavg',
      'timer_list',
    ])
      await mkdir(join(tree.root, 'proc', folder), { recursive: true });
    await using sampler = runSampler(kind, tree.root);
    const readings = [await sampler.tick(), await sampler.tick()];
    expect(readings.map(({ interfaces }) => interfaces)).toEqual([[], []]);
    expect(
      readings.map(({ host }) => [host.tcp, host.tcpTrouble, host.softnet, host.conntrack, host.ipvs]),
    ).toEqual([
      [null, null, null, null, null],
      [null, null, null, null, null],
    ]);
  }, 10_000);

  it('answers at once where there is no /proc at all', async () => {
    await using tree = await unpack('== etc/nothing\n');
    await using sampler = runSampler(kind, tree.root);
    await expect(answer(sampler)).resolves.toBe('alive');
  }, 10_000);

  it('ends when its head is gone, and leaves no process', async () => {
    await using sampler = runSampler(kind, '');
    await sampler.tick();
    expect(await sampler.hangUp()).toBe(0);
    expect(existsSync(`/proc/${sampler.pid}`)).toBe(false);
  });
});

/** What it prints may be no reading; it may not hang, nor end before its input does. */
async function answer(sampler: RunningSampler): Promise<string> {
  void sampler.tick().catch(() => undefined);
  return (await sampler.hangUp()) === 0 ? 'alive' : 'broken';
}
