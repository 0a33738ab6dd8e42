// Readings of a node under mixed load, with the jitter of real clocks: made up, but of the shape that the sampler gives.
import type { Reading } from '../../model/reading.ts';
import { interfaceFacts } from '../../rates/testing/readings.fixture.ts';

const facts = interfaceFacts();

/** A small generator with a seed (mulberry32): the same readings each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One reading a second from `fromMs`; load comes and goes over minutes, half of the time the node is nearly idle. */
export function* busyNode(node: string, seed: number, fromMs = 1_790_000_000_000): Generator<Reading> {
  const draw = random(seed);
  let [rxBytes, txBytes, rxPackets, txPackets] = [10n ** 12n, 10n ** 11n, 10n ** 9n, 10n ** 8n];
  let [inSegments, outSegments, retransmitted] = [10n ** 9n, 10n ** 9n, 10n ** 5n];
  const cpu = [10n ** 6n, 10n ** 3n, 10n ** 5n, 10n ** 8n, 10n ** 4n, 0n, 10n ** 4n, 0n];
  let [load, freeKib] = [1, 16_000_000];
  for (let tick = 1; ; tick++) {
    const busy = Math.sin(tick / 90 + seed) > 0;
    const packets = Math.floor(busy ? 5000 + draw() * 20_000 : draw() * 40);
    const sent = Math.floor(packets * (0.4 + draw() / 10));
    rxPackets += BigInt(packets);
    txPackets += BigInt(sent);
    rxBytes += BigInt(packets * 900 + Math.floor(draw() * 1000));
    txBytes += BigInt(sent * 300 + Math.floor(draw() * 1000));
    inSegments += BigInt(packets);
    outSegments += BigInt(sent);
    if (busy && draw() < 0.1) retransmitted += 1n;
    const used = Math.floor(busy ? 50 + draw() * 100 : draw() * 4);
    cpu[0] = (cpu[0] ?? 0n) + BigInt(used);
    cpu[2] = (cpu[2] ?? 0n) + BigInt(used >> 3);
    cpu[3] = (cpu[3] ?? 0n) + BigInt(3200 - used - (used >> 3));
    if (tick % 5 === 0) load = Math.max(0, load + (busy ? 0.05 : -0.05) + (draw() - 0.5) / 10);
    freeKib += Math.floor((draw() - 0.5) * (busy ? 4000 : 200));
    const late = draw() * 2;
    yield {
      node,
      bootId: `boot-${seed}`,
      netns: 'net:[4026531840]',
      bits: 64,
      ticks: tick,
      monotonicNs: tick * 1e9 + Math.floor(draw() * 200) * 1000,
      uptimeSeconds: tick,
      bootedAt: tick % 5 === 1 ? 1_789_000_000 : null,
      arrivedMs: fromMs + tick * 1000 + Math.floor(late),
      interfaces: [
        {
          facts,
          counters: {
            rxBytes,
            rxPackets,
            rxErrors: 0n,
            rxDropped: 17n,
            txBytes,
            txPackets,
            txErrors: 0n,
            txDropped: 0n,
            carrierChanges: 2n,
          },
        },
      ],
      ports: [],
      host: {
        load: [Math.round(load * 100) / 100, 1, 1],
        cpu: [...cpu],
        memory: { totalKib: 32_000_000, freeKib, availableKib: freeKib + 4_000_000 },
        tcp: { inSegments, outSegments, retransmitted, inErrors: 0n },
        tcpTrouble: null,
        ipvs: null,
      },
    };
  }
}

/** The first of them. */
export function busyReadings(node: string, count: number, seed = 1): readonly Reading[] {
  return busyNode(node, seed).take(count).toArray();
}
