import { describe, expect, it } from 'vitest';
import { port, portFacts, quietHost, reading } from './testing/readings.fixture.ts';
import { eventNames, last, onNode, onPort } from './testing/run-readings.fixture.ts';

describe('the sum of a node', () => {
  it('counts each frame once: the ports of a bond, not the bond, its VLANs and bridges', () => {
    const at = (second: number, bytes: bigint) =>
      reading(second, {
        interfaces: [
          port({ rxBytes: bytes }, { name: 'eno1', ifindex: 2, master: 4 }),
          port({ rxBytes: bytes }, { name: 'eno2', ifindex: 3, master: 4 }),
          port({ rxBytes: bytes * 2n }, { name: 'bond0', ifindex: 4, device: false, bond: true }),
          port(
            { rxBytes: bytes * 2n },
            { name: 'bond0.1', ifindex: 5, iflink: 4, device: false, devtype: 'vlan' },
          ),
          port({ rxBytes: bytes }, { name: 'lo', ifindex: 1, type: 772, device: false }),
        ],
      });
    expect(onNode(last([at(1, 0n), at(2, 1000n)]))?.rxBytesPerSecond).toBe(2000);
  });

  it('has the figures of the host: processor, memory, retransmissions, IPVS', () => {
    const host = (busyTicks: bigint, sent: bigint, again: bigint, bytes: bigint) => ({
      ...quietHost,
      load: [0.5, 0.4, 0.3] as const,
      cpu: [busyTicks, 0n, 0n, 100n + busyTicks * 3n, 0n, 0n, 0n, 0n],
      memory: { totalKib: 1000, freeKib: 100, availableKib: 250 },
      tcp: { inSegments: 0n, outSegments: sent, retransmitted: again, inErrors: 0n },
      ipvs: { connections: bytes, inPackets: 0n, outPackets: 0n, inBytes: bytes, outBytes: 0n },
    });
    const advance = last([
      reading(1, { host: host(0n, 0n, 0n, 0n) }),
      reading(2, { host: host(25n, 1000n, 20n, 512n) }),
    ]);
    expect(onNode(advance)).toMatchObject({
      load1: 0.5,
      cpuBusy: 0.25,
      memoryUsed: 0.75,
      retransmitRatio: 0.02,
      ipvsInBytesPerSecond: 512,
      ipvsConnectionsPerSecond: 512,
    });
  });
});

describe('the rate of an RDMA port', () => {
  const at = (second: number, data: bigint | null, packets: bigint, driver: string) =>
    reading(second, {
      ports: [
        {
          facts: portFacts({ driver }),
          rxData: data,
          rxPackets: packets,
          txData: null,
          txPackets: null,
          errors: null,
        },
      ],
    });

  it.each([
    ['counts in words of 4 octets, whatever the lanes, for Mellanox', 'mlx5_core', 1000n, 10n, 4000],
    ['is unknown for a driver that is not in the table', 'newdrv', 1000n, 10n, null],
    ['is unknown where so many bytes do not fit in the packets', 'mlx5_core', 100_000n, 10n, null],
  ])('%s', (_, driver, data, packets, rate) => {
    const sample = onPort(last([at(1, 0n, 0n, driver), at(2, data, packets, driver)]));
    expect(sample).toMatchObject({
      port: 'mlx5_0/1',
      rxBytesPerSecond: rate,
      rxPacketsPerSecond: 10,
      txBytesPerSecond: null,
    });
  });

  it('is unknown while a 32-bit counter stands at its top', () => {
    const top = 2n ** 32n - 1n;
    expect(
      onPort(last([at(1, top - 10n, 0n, 'mlx4_core'), at(2, top, 10n, 'mlx4_core')]))?.rxBytesPerSecond,
    ).toBeNull();
  });

  it('is unknown over a reset, which is said', () => {
    const advance = last([at(1, 1000n, 10n, 'mlx5_core'), at(2, 10n, 1n, 'mlx5_core')]);
    expect(onPort(advance)).toMatchObject({ rxBytesPerSecond: null, rxPacketsPerSecond: null });
    expect(eventNames(advance)).toEqual(['counters-reset']);
  });
});
