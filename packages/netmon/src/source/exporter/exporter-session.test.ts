import { describe, expect, it } from 'vitest';
import type { InterfaceSample, Sample } from '../../model/sample.ts';
import { advanceNode, type NodeState } from '../../rates/node-rates.ts';
import { ExporterSession } from './exporter-session.ts';

interface Page {
  readonly time: number;
  readonly boot: number;
  readonly received: number;
}

const page = ({ time, boot, received }: Page) => `node_time_seconds ${time}
node_boot_time_seconds ${boot}
node_load1 0.5
node_load5 0.25
node_load15 0.1
node_memory_MemTotal_bytes 1.048576e+09
node_memory_MemFree_bytes 1.048576e+06
node_memory_MemAvailable_bytes 5.24288e+08
node_cpu_seconds_total{cpu="0",mode="idle"} ${time - boot}
node_cpu_seconds_total{cpu="0",mode="user"} 10
node_network_receive_bytes_total{device="eth0"} ${received}
node_network_receive_bytes_total{device="docker0"} 7
node_network_speed_bytes{device="eth0"} 1.25e+09
node_network_iface_id{device="eth0"} 2
node_network_iface_link{device="eth0"} 2
node_network_protocol_type{device="eth0"} 1
node_network_address_assign_type{device="eth0"} 0
node_network_carrier{device="eth0"} 1
node_network_info{device="eth0",duplex="full",operstate="up"} 1
`;

/** The rates of eth0 and the events, page by page. */
function play(pages: readonly Page[], askedSeconds: (at: number) => number = (at) => 1000 + at) {
  const session = new ExporterSession('n1');
  let state: NodeState | undefined;
  return pages.map((each, at) => {
    const reading = session.read(page(each), askedSeconds(at), at * 1000);
    const advance = advanceNode(state, reading, { intervalMs: 1000 });
    state = advance.state;
    const found = advance.samples.find(isOfEth0);
    return { rate: found?.rxBytesPerSecond, events: advance.events.map(({ event }) => event) };
  });
}

const isOfEth0 = (sample: Sample): sample is InterfaceSample =>
  sample.type === 'sample' && sample.interface === 'eth0';

describe('pages of node_exporter', () => {
  it('hold what a reading holds', () => {
    const session = new ExporterSession('n1');
    const { interfaces, host, bootId } = session.read(page({ time: 1500, boot: 500, received: 9e9 }), 0, 0);
    expect(bootId).toBe('booted-500');
    expect(
      interfaces.map(({ facts }) => [facts.name, facts.device, facts.speedMbit, facts.duplex, facts.carrier]),
    ).toEqual([
      ['eth0', true, 10_000, 'full', true],
      ['docker0', false, null, null, null],
    ]);
    expect(interfaces[0]?.counters).toMatchObject({ rxBytes: 9_000_000_000n, txBytes: null });
    expect(host).toMatchObject({ load: [0.5, 0.25, 0.1], memory: { totalKib: 1_024_000 }, tcp: null });
    expect(host.cpu?.slice(0, 4)).toEqual([1000n, 0n, 0n, 100_000n]);
  });

  it('give rates by the time of the node, not of their arrival', () => {
    const pages = [0, 1, 3].map((second) => ({ time: 1000 + second, boot: 500, received: second * 100 }));
    expect(play(pages, () => 0).map(({ rate }) => rate)).toEqual([null, 100, 100]);
  });

  it('a boot time that moves by one for rounding changes nothing', () => {
    const pages = [0, 1, 2].map((second) => ({
      time: 1000 + second,
      boot: 500 + (second % 2),
      received: second * 100,
    }));
    expect(play(pages)).toEqual([
      { rate: null, events: ['first-reading'] },
      { rate: 100, events: [] },
      { rate: 100, events: [] },
    ]);
  });

  it.each([3600, -3600])(
    'a wall clock that is stepped by %d s is an event, and the rate stays true',
    (step) => {
      const pages = [
        { time: 10_000, boot: 5000, received: 0 },
        { time: 10_001, boot: 5000, received: 100 },
        { time: 10_002 + step, boot: 5000 + step, received: 200 },
        { time: 10_003 + step, boot: 5000 + step, received: 300 },
      ];
      expect(play(pages).map(({ rate }) => rate)).toEqual([null, 100, 100, 100]);
      expect(play(pages)[2]?.events).toEqual(['clock-stepped']);
    },
  );

  it('an uptime that falls is a reboot, and no rate', () => {
    const pages = [
      { time: 10_000, boot: 5000, received: 5000 },
      { time: 10_060, boot: 10_030, received: 6000 },
      { time: 10_061, boot: 10_030, received: 6100 },
    ];
    expect(play(pages)).toEqual([
      { rate: null, events: ['first-reading'] },
      { rate: null, events: ['rebooted'] },
      { rate: 100, events: [] },
    ]);
  });

  it('a page that is damaged is refused whole', () => {
    expect(() => new ExporterSession('n1').read('node_load1 0.5\nnode_lo', 0, 0)).toThrow('line 2');
  });
});
