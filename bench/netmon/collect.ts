// What a collector of agents costs: `node --conditions=heorot-src bench/netmon/collect.ts [AGENTS] [SECONDS]`. One process is
// all the agents, each in its own phase, one datagram a second; the other is the collector with its rates, as `netmon collect`
// has it. CPU time of the collector, not wall clock. Prints Markdown for bench/RESULTS.md.
import { fork } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentRoll } from '../../packages/netmon/src/agent/agent-roll.ts';
import { AgentSource } from '../../packages/netmon/src/agent/agent-source.ts';
import { type Datagram, keyIdOf, sealDatagram } from '../../packages/netmon/src/agent/wire/datagram.ts';
import { LiveCluster } from '../../packages/netmon/src/live/live-cluster.ts';
import { machine } from '../measure.ts';
import { cpuMilliseconds, residentMegabytes } from './cpu-time.ts';

const [agents, seconds] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 30)];
const secret = Buffer.alloc(32, 9);
const key = createSecretKey(secret);
const keyId = keyIdOf(secret);
const port = 17_426;
const names = Array.from({ length: agents }, (_, at) => `n${at + 1}`);
const warmUpSeconds = 5;
const batchMs = 10;

if (process.argv[4] === 'collector') await collect();
else {
  console.log(`${machine()}\n`);
  console.log(
    '| what it does | agents | datagrams/s taken | µs a datagram | % of a core | MB | bytes a datagram | dropped |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  await measure('collect');
  await measure('rates');
}

async function collect(): Promise<void> {
  const source = new AgentSource({
    nodes: names,
    intervalMs: 1000,
    listen: { address: '127.0.0.1', port },
    key: secret,
  });
  const listener =
    process.argv[5] === 'rates' ? new LiveCluster({ nodes: names, intervalMs: 1000 }) : new AgentRoll(names);
  const stop = new AbortController();
  process.on('message', (word) => {
    if (word === 'count') process.send?.(`${source.inbox.taken} ${lost(source.inbox.dropped)}`);
    else stop.abort();
  });
  process.send?.('ready');
  await source.run(listener.accept, stop.signal);
  process.disconnect?.();
}

async function measure(what: 'collect' | 'rates'): Promise<void> {
  const child = fork(import.meta.filename, [String(agents), String(seconds), 'collector', what], {
    execArgv: ['--conditions=heorot-src'],
  });
  const pid = child.pid ?? 0;
  await new Promise((resolve) => child.once('message', resolve));
  await sleep(500);
  const count = async () => {
    const answer = new Promise<string>((resolve) =>
      child.once('message', (message) => resolve(typeof message === 'string' ? message : '')),
    );
    child.send('count');
    const [taken = 0, dropped = 0] = (await answer).split(' ').map(Number);
    return { taken, dropped };
  };
  const sending = send();
  await sleep(warmUpSeconds * 1000);
  const [before, cpuBefore, started] = [await count(), cpuMilliseconds([pid]), performance.now()];
  await sleep(seconds * 1000);
  const [after, cpuAfter, ended] = [await count(), cpuMilliseconds([pid]), performance.now()];
  const sent = await sending.stop();
  const wall = ended - started;
  const taken = after.taken - before.taken;
  const row = [
    what === 'collect' ? 'netmon collect' : 'rates of everything, as for a screen',
    agents,
    Math.round((taken / wall) * 1000),
    (((cpuAfter - cpuBefore) / taken) * 1000).toFixed(1),
    (((cpuAfter - cpuBefore) / wall) * 100).toFixed(1),
    Math.round(residentMegabytes(pid)),
    Math.round(sent.bytes / sent.datagrams),
    after.dropped,
  ];
  console.log(`| ${row.join(' | ')} |`);
  child.send('stop');
}

function lost(dropped: AgentSource['inbox']['dropped']): number {
  return Object.values(dropped).reduce((sum, each) => sum + each, 0);
}

function send(): { stop(): Promise<{ datagrams: number; bytes: number }> } {
  const socket = createSocket({ type: 'udp4', sendBufferSize: 4_000_000 });
  const sequences = new Uint32Array(agents);
  const startedAt = performance.now();
  let [next, datagrams, bytes] = [0, 0, 0];
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * agents);
    for (; next < due; next++) {
      const at = next % agents;
      const sequence = (sequences[at] = (sequences[at] ?? 0) + 1);
      const sealed = sealDatagram(datagram(names[at] ?? '', sequence), key);
      datagrams += 1;
      bytes += sealed.length;
      socket.send(sealed, port, '127.0.0.1');
    }
  }, batchMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await sleep(100);
      socket.close();
      return { datagrams, bytes };
    },
  };
}

/** A node with lo and one card, under traffic. */
function datagram(node: string, sequence: number): Datagram {
  const told = sequence % 30 === 1;
  const [received, sent] = [sequence * 117_000_000, sequence * 11_700_000];
  return {
    keyId,
    node,
    startedMs: 1,
    sequence,
    base: Math.ceil(sequence / 30),
    intervalMs: 1000,
    declarations: told
      ? [
          `heorot-netmon 1 sampler=perl boot=b-${node} netns=net:[1] clock=hires bits=64`,
          'I 0 lo ifindex=1 iflink=1 type=772 mtu=65536 state=unknown carrier=1',
          'I 1 eth0 ifindex=2 iflink=2 type=1 mtu=1500 state=up carrier=1 speed=10000 duplex=full device=1 driver=ixgbe',
        ]
      : [],
    baseWords: told ? ['m32768000,16384000,24576000', 'n0:1000,10,0,0,1000,10,0,0,0'] : undefined,
    ticks: String(sequence),
    clock: `${sequence}000123456`,
    words: [
      `u${sequence}.25`,
      'l1.25,0.75,0.50',
      `c${sequence * 10},20,${sequence * 5},${sequence * 80},50,0,60,7`,
      `t${sequence * 90_000},${sequence * 80_000},${sequence},5`,
      ...(sequence % 5 === 1 ? ['b1790000000', 'x11,12,13,14,15'] : []),
      `n1:${received},${sequence * 90_000},0,0,${sent},${sequence * 80_000},0,0,2`,
    ],
  };
}
