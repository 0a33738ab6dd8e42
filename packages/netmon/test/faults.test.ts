// Faults on nodes with a real sshd: each is named by an event, and none makes a rate that was not. Needs root, iproute2,
// nftables and openssh-server. All nodes are watched at once, so that the whole takes seconds.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { falseRates, integralOf, processesOf, type WatchedLab, watchLab } from './watched-lab.ts';

const bin = join(import.meta.dirname, '../../heorot/dist/bin/netmon.js');
const intervalMs = 400;
let watched: WatchedLab;

/** How many samples with a rate the node has told so far. */
const ratesOf = (node: string) =>
  watched.samples.filter(
    (each) =>
      each.node === node && each.type === 'sample' && each.interface === null && each.seconds !== null,
  ).length;
const stateOf = (node: string) => watched.cluster.node(node)?.contact;
const until = (node: string, event: string) =>
  watched.wait(`${event} of ${node}`, () => watched.eventsOf(node).find((each) => each.startsWith(event)));
const moreRates = async (node: string) => {
  const before = ratesOf(node);
  await watched.wait(`rates of ${node}`, () => (ratesOf(node) > before + 1 ? true : undefined));
};

beforeAll(async () => {
  watched = await watchLab({ nodes: 9 }, intervalMs);
  const home = (node: string) => watched.lab.nodes.find(({ name }) => name === node)?.home ?? '';
  // A node that has a shell and nothing else.
  mkdirSync(join(home('n7'), 'bare'));
  symlinkSync('/bin/sh', join(home('n7'), 'bare', 'sh'));
  writeFileSync(join(home('n7'), '.bashrc'), 'PATH=$HOME/bare\n');
  writeFileSync(join(home('n8'), '.bashrc'), 'echo welcome to n8; sleep 3\n');
  await watched.lab.fault('n6', { kind: 'kill' });
  watched.inside(
    'n3',
    'ip link add probe type veth peer name other; ip link set probe up; ip link set other up',
  );
  watched.start();
  await Promise.all(['n1', 'n2', 'n3', 'n4', 'n5', 'n9'].map(moreRates));
});

afterAll(async () => {
  await watched[Symbol.asyncDispose]();
});

describe('a node', () => {
  it.concurrent('that is frozen is down with the time of its last answer, and back without a burst', async () => {
    await watched.lab.fault('n1', { kind: 'freeze' });
    expect(await until('n1', 'down')).toMatch(/^down: no answer since /);
    expect(stateOf('n1')).toMatchObject({ state: 'down' });
    const last = watched.cluster.node('n1')?.sample;
    expect(last?.rxBytesPerSecond).not.toBeNull();
    const before = ratesOf('n1');
    await watched.lab.fault('n1', { kind: 'thaw' });
    expect(await until('n1', 'up')).toMatch(/^up: answers again after /);
    await moreRates('n1');
    const first = watched.samples.filter(
      (each) => each.node === 'n1' && each.type === 'sample' && each.interface === null,
    )[before + 1];
    expect(first?.span).toBeGreaterThan(1);
  });

  it.concurrent('whose packets are dropped is down, and back when they are not', async () => {
    watched.inside(
      'n2',
      "nft add table inet wall; nft 'add chain inet wall in { type filter hook input priority 0; policy drop; }'",
    );
    expect(await until('n2', 'down')).toMatch(/^down: no answer since /);
    watched.inside('n2', 'nft delete table inet wall');
    await until('n2', 'up');
    await moreRates('n2');
  });

  it.concurrent('whose interface flaps or is made anew says so', async () => {
    watched.inside('n3', 'ip link set other down');
    watched.inside('n3', 'ip link set other up');
    await until('n3', 'carrier-flapped: probe: carrier changed');
    watched.inside(
      'n3',
      'ip link del probe; ip link add probe type veth peer name other; ip link set probe up; ip link set other up',
    );
    expect(await until('n3', 'interface-recreated: probe')).toMatch(/ifindex \d+ -> \d+$/);
    watched.inside('n3', 'ip link del probe');
    await until('n3', 'interface-removed: probe');
  });

  it.concurrent('whose connection is cut is connected to again, and no byte is lost', async () => {
    const ports = processesOf(watched, 'n4', 'sshd: root');
    for (const pid of ports) process.kill(pid, 'SIGKILL');
    expect(await until('n4', 'down')).toMatch(/^down: connection lost: /);
    await until('n4', 'up');
    await moreRates('n4');
    expect(watched.eventsOf('n4').filter((each) => /^(rebooted|first-reading)/.test(each))).toHaveLength(1);
  });

  it.concurrent('that was rebooted begins anew', async () => {
    await watched.lab.fault('n5', { kind: 'reboot' });
    await until('n5', 'down');
    expect(await until('n5', 'rebooted')).toMatch(/^rebooted: boot [-0-9a-f]{36} -> [-0-9a-f]{36}$/);
    await moreRates('n5');
  });

  it.concurrent('that is gone is down, and why', async () => {
    expect(await until('n6', 'down')).toMatch(/refused|no route/);
    expect(stateOf('n6')).toMatchObject({ state: 'down' });
  });

  it.concurrent('that has neither perl nor awk says so', async () => {
    expect(await until('n7', 'down')).toBe('down: no sampler: neither perl nor awk on this node');
  });

  it.concurrent('keeps nothing of a head that was killed', async () => {
    const { lab } = watched;
    const samplers = () => processesOf(watched, 'n9', 'heorot-netmon').length;
    const before = samplers();
    const words = [
      'watch',
      '-w',
      'n9',
      '--ndjson',
      '--cluster',
      lab.clusterFile,
      '--ssh-config',
      lab.sshConfig,
    ];
    const head = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    head.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
    });
    await watched.wait('its first line', () => (told === '' ? undefined : told));
    await watched.wait('its sampler', () => (samplers() > before ? true : undefined));
    head.kill('SIGKILL');
    await watched.wait('its end', () => (samplers() === before ? true : undefined));
    expect(samplers()).toBe(before);
  });

  it.concurrent('whose login shell dawdles is told of, and sampled when it is there', async () => {
    await watched.wait('a slow start', () =>
      watched.contacts.find(({ node, detail }) => node === 'n8' && detail?.startsWith('slow to start')),
    );
    await moreRates('n8');
    expect(watched.eventsOf('n8')).toEqual(['first-reading: rates follow with the next']);
  });
});

describe('after all of that', () => {
  it('no rate was told that is not the growth of a counter', () => {
    expect(falseRates(watched.samples)).toEqual([]);
  });

  it('the rates of nodes that were not touched, or only cut off, add up to their counters, to the byte', () => {
    for (const node of ['n4', 'n9']) {
      const sums = integralOf(watched.samples, node);
      expect(sums.map(({ counter, printed }) => ({ counter, grown: printed }))).toEqual(
        sums.map(({ counter, grown }) => ({ counter, grown })),
      );
      expect(sums.find(({ counter }) => counter === 'eth0 rxBytes')?.grown).toBeGreaterThan(1000);
    }
  });

  it('the node that nothing happened to has no events', () => {
    expect(watched.eventsOf('n9')).toEqual(['first-reading: rates follow with the next']);
  });
});

describe('an sshd that is restarted by systemd', () => {
  it('keeps the samplers, or cuts them all off: then they are back, and no byte is lost', async () => {
    await using booted = await watchLab({ nodes: 1, init: 'systemd' }, intervalMs);
    const root = (line: string) =>
      execFileSync('ssh', ['-F', booted.lab.sshConfig, 'n1', line], { encoding: 'utf8', stdio: 'pipe' });
    const rates = () =>
      booted.samples.filter(({ type, seconds }) => type === 'sample' && seconds !== null).length;
    const more = async () => {
      const before = rates();
      await booted.wait('rates', () => (rates() > before + 6 ? true : undefined));
    };
    booted.start();
    await more();
    root('systemctl restart lab-sshd');
    await more();
    expect(booted.eventsOf('n1')).toEqual(['first-reading: rates follow with the next']);
    root(
      'systemd-run --quiet --collect sh -c "systemctl kill --signal=KILL --kill-whom=all lab-sshd; systemctl restart lab-sshd"',
    );
    await booted.wait('up', () => booted.eventsOf('n1').find((each) => each.startsWith('up')));
    await more();
    expect(booted.eventsOf('n1').map((each) => each.split(':')[0])).toEqual(['first-reading', 'down', 'up']);
    expect(falseRates(booted.samples)).toEqual([]);
    for (const { printed, grown } of integralOf(booted.samples, 'n1')) expect(printed).toBe(grown);
  }, 120_000);
});
