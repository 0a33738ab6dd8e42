// The sampler and the rates against real interfaces, in network namespaces of their own. Needs root and iproute2.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Advance,
  advanceNode,
  type InterfaceSample,
  type NodeState,
  SamplerSession,
  samplerScript,
  TICK,
} from '../src/index.ts';

const kinds = ['perl', 'mawk', 'gawk', 'busybox'] as const;

const isRoot = process.getuid?.() === 0;

function run(command: string): void {
  execFileSync('sh', ['-ec', command]);
}

/** Two namespaces joined by a veth pair: `eth` with 10.9.9.1 in the one, `far` with 10.9.9.2 in the other. */
function openPair() {
  const [near, far] = [`nm-near-${process.pid}`, `nm-far-${process.pid}`];
  const connect = () =>
    run(`
      ip -n ${near} link add eth type veth peer name far netns ${far}
      ip -n ${near} addr add 10.9.9.1/24 dev eth; ip -n ${far} addr add 10.9.9.2/24 dev far
      ip -n ${near} link set eth up; ip -n ${far} link set far up`);
  run(`ip netns add ${near}; ip netns add ${far}`);
  connect();
  return {
    near,
    connect,
    ping: (count: number) => run(`ip netns exec ${near} ping -q -c ${count} -i 0.01 10.9.9.2 >/dev/null`),
    ip: (words: string) => run(`ip -n ${near} ${words}`),
    [Symbol.dispose]: () => run(`ip netns del ${near}; ip netns del ${far}`),
  };
}

interface Ticking {
  /** What the next reading says of `eth`. */
  tick(): Promise<{ sample: InterfaceSample | undefined; events: readonly string[]; bytes: bigint | null }>;
  close(): Promise<void>;
}

/** Each tick goes through the rates. */
function openSampler(kind: (typeof kinds)[number], namespace: string): Ticking {
  const child = spawn('ip', ['netns', 'exec', namespace, 'sh', '-c', samplerScript({ kind })]);
  const closed = once(child, 'close');
  const session = new SamplerSession('n1');
  const waiting: ((advance: Advance) => void)[] = [];
  let state: NodeState | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    for (const output of session.push(chunk, 0)) {
      if (output.kind !== 'reading') continue;
      const advance = advanceNode(state, output.reading, { intervalMs: 1000 });
      state = advance.state;
      waiting.shift()?.(advance);
    }
  });
  return {
    tick: async () => {
      const { promise, resolve } = Promise.withResolvers<Advance>();
      waiting.push(resolve);
      child.stdin.write(TICK);
      const { samples, events } = await promise;
      const sample = samples.find(
        (each): each is InterfaceSample => each.type === 'sample' && each.interface === 'eth',
      );
      const own = events.filter((event) => event.interface === 'eth').map(({ event }) => event);
      return {
        sample,
        events: own,
        bytes: sample?.txBytes ?? null,
      };
    },
    close: async () => {
      child.stdin.end();
      await closed;
    },
  };
}

describe.skipIf(!isRoot)('real interfaces (needs root: sudo), sampled by', () => {
  it.each(kinds)(
    '%s: traffic to the byte, a flap and an interface made anew by their names',
    async (kind) => {
      using pair = openPair();
      const sampler = openSampler(kind, pair.near);
      onTestFinished(() => sampler.close());
      const start = await sampler.tick();
      expect(start.sample?.txBytesPerSecond).toBeNull();

      pair.ping(20);
      const busy = await sampler.tick();
      const grown = Number((busy.bytes ?? 0n) - (start.bytes ?? 0n));
      expect(grown).toBeGreaterThan(20 * 98);
      expect(Math.round((busy.sample?.txBytesPerSecond ?? 0) * (busy.sample?.seconds ?? 0))).toBe(grown);
      expect(busy.events).toEqual([]);

      pair.ip('link set eth down');
      pair.ip('link set eth up');
      const flapped = await sampler.tick();
      expect(flapped.events).toContain('carrier-flapped');
      expect(flapped.sample?.txBytesPerSecond).not.toBeNull();

      pair.ip('link del eth');
      pair.connect();
      pair.ping(60);
      const anew = await sampler.tick();
      expect(anew.events).toEqual(['interface-recreated']);
      expect(anew.sample?.txBytesPerSecond).toBeNull();

      pair.ip('link del eth');
      expect((await sampler.tick()).events).toEqual(['interface-removed']);
      pair.connect();
      expect((await sampler.tick()).events).toEqual(['interface-added']);
      expect((await sampler.tick()).sample?.txBytesPerSecond).not.toBeNull();
    },
  );
});
