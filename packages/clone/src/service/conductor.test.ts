import { HeorotError, parseHostName } from '@heorot/inventory';
import { describe, expect, it } from 'vitest';
import type { HostKeyRecord } from '../identity/record-host-keys.ts';
import type { PowerDriver } from '../power/power-driver.ts';
import { bootFakeNode } from '../testing/fake-node.ts';
import { deployAll, macOf, oneDisk, type ServiceFixture, startService } from '../testing/service-fixture.ts';
import { type ConductorOptions, startConductor } from './conductor.ts';

/** A BMC each, whose button starts a fake machine; the machine boots until it is told to end. */
function hall(service: ServiceFixture, dead: ReadonlySet<string> = new Set()) {
  const pressed: string[] = [];
  const state = { booting: 0, most: 0 };
  const press = async (node: string): Promise<void> => {
    pressed.push(node);
    if (dead.has(node)) throw new HeorotError('power-failed', `${node}: no answer`);
    state.booting += 1;
    state.most = Math.max(state.most, state.booting);
    void bootFakeNode({
      head: service.url,
      mac: macOf(node),
      disks: oneDisk,
      signingKey: service.head.key.publicKey,
    }).finally(() => (state.booting -= 1));
    await Promise.resolve();
  };
  const driver: PowerDriver = {
    name: 'command',
    state: () => Promise.resolve('off'),
    on: ({ name }) => press(name),
    off: () => Promise.resolve(),
    cycle: ({ name }) => press(name),
    nextBoot: () => Promise.resolve(),
  };
  return { pressed, state, driver };
}

function conduct(service: ServiceFixture, options: Partial<ConductorOptions>) {
  return startConductor(service.head, {
    now: () => service.clock,
    driverOf: () => undefined,
    startByKexec: () => Promise.resolve(),
    recordOf: (node) => ({
      name: parseHostName(node),
      address: parseHostName(node),
      mac: macOf(node),
      known: true,
    }),
    verify: (expected) =>
      Promise.resolve(new Map(expected.map(({ node }) => [node, { kind: 'good' } as const]))),
    recordHostKeys: () => Promise.resolve(),
    recordFacts: () => Promise.resolve(),
    say: () => {},
    tickMs: 5,
    verifyEveryMs: 0,
    ...options,
  });
}

const endings = (service: ServiceFixture): Record<string, string> =>
  Object.fromEntries(
    service.head.deployments
      .list()
      .map(({ node, position }) => [
        node,
        position.kind === 'ended'
          ? `${position.ending} ${position.reason?.code ?? ''}`.trim()
          : position.kind,
      ]),
  );

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];

describe('the conductor', () => {
  it('starts machines by windows, sets the dead aside, and takes the others to their end', async () => {
    await using service = await startService();
    const { pressed, driver } = hall(service, new Set(['n3']));
    deployAll(service, nodes, { power: true, window: 2 });
    await using _ = conduct(service, { driverOf: () => driver });
    const good = Object.fromEntries(nodes.map((node) => [node, 'deployed']));
    await expect.poll(() => endings(service), { timeout: 10_000 }).toEqual({ ...good, n3: 'failed power' });
    expect(pressed.filter((node) => node === 'n3')).toHaveLength(3);
  });

  it('never has more machines between power and claim than the window', async () => {
    await using service = await startService();
    deployAll(service, nodes, { power: true, window: 2 });
    const silent: PowerDriver = { ...hall(service).driver, on: () => Promise.resolve() };
    await using _ = conduct(service, { driverOf: () => silent });
    await expect.poll(() => service.head.deployments.booting()).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(service.head.deployments.booting()).toBe(2);
    expect(service.head.deployments.queued(10)).toHaveLength(4);
  });

  it('says why a node that answers as somebody else has failed', async () => {
    await using service = await startService();
    deployAll(service, ['n1']);
    await using _ = conduct(service, {
      verify: () =>
        Promise.resolve(new Map([['n1', { kind: 'not-yet', why: "it calls itself 'golden'" } as const]])),
    });
    await bootFakeNode({
      head: service.url,
      mac: macOf('n1'),
      disks: oneDisk,
      signingKey: service.head.key.publicKey,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    service.clock += 16 * 60_000;
    await expect.poll(() => endings(service)).toEqual({ n1: 'failed timeout' });
    const position = service.head.deployments.list()[0]?.position;
    expect(position).toMatchObject({
      reason: { step: 'answer', text: "the node does not answer as itself: it calls itself 'golden'" },
    });
  });

  it('lets a machine that ran go back to its own system when it cannot be imaged', async () => {
    await using service = await startService();
    deployAll(service, ['n1'], { power: true, via: 'kexec', trust: 'arrival' });
    const [deployment] = service.head.deployments.list();
    service.head.deployments.apply(deployment?.id ?? 0, { kind: 'turn' }, service.clock);
    const ending = await bootFakeNode({
      head: service.url,
      mac: macOf('n1'),
      disks: oneDisk,
      signingKey: service.head.key.publicKey,
      faults: [{ kind: 'fails', phase: 'check', code: 'disk-changed', times: 1 }],
    });
    expect(ending).toMatchObject({ kind: 'end', how: 'reboot' });
  });

  it('presses no button of a machine that is to be powered by hand', async () => {
    await using service = await startService();
    const { pressed, driver } = hall(service);
    deployAll(service, ['n1']);
    await using _ = conduct(service, { driverOf: () => driver });
    const step = () => service.head.deployments.list()[0]?.position;
    await expect.poll(step).toMatchObject({ kind: 'at', step: 'script' });
    expect(pressed).toEqual([]);
  });

  it('starts machines from their running systems: trusted by ssh, and with no boot script', async () => {
    await using service = await startService();
    deployAll(service, ['n1', 'n2'], { power: true, via: 'kexec', trust: 'ssh' });
    const { head } = service;
    await using _ = conduct(service, {
      startByKexec: async ({ id, node, mac }) => {
        if (node === 'n2') throw new HeorotError('kexec-impossible', 'its kernel has no kexec');
        void bootFakeNode({
          head: service.url,
          mac,
          token: head.admissions.issueToken(id, '127.0.0.1', service.clock),
          disks: oneDisk,
          signingKey: head.key.publicKey,
          console: (line) => head.admissions.vouch(mac, line.split(' ')[2] ?? '', 'ssh', service.clock),
        });
        await Promise.resolve();
      },
    });
    await expect.poll(() => endings(service)).toEqual({ n1: 'deployed', n2: 'failed kexec-impossible' });
    expect(head.deployments.timings(1).map(({ step }) => step)).not.toContain('script');
  });

  it('leaves a machine alone that has not come in its time', async () => {
    await using service = await startService();
    deployAll(service, ['n1']);
    await using _ = conduct(service, {});
    service.clock += 3_600_001;
    await expect.poll(() => endings(service)).toEqual({ n1: 'expired expired' });
    const again = await bootFakeNode({
      head: service.url,
      mac: macOf('n1'),
      disks: oneDisk,
      signingKey: service.head.key.publicKey,
    });
    expect(again).toEqual({ kind: 'local' });
  });

  it('writes the host key when the secrets leave, also for a head that was killed right then', async () => {
    await using service = await startService();
    deployAll(service, ['n1'], { hostKeys: 'ssh-ed25519 AAAA root@n1\n' });
    await bootFakeNode({
      head: service.url,
      mac: macOf('n1'),
      disks: oneDisk,
      signingKey: service.head.key.publicKey,
    });
    const recorded: HostKeyRecord[] = [];
    await using _ = conduct(service, {
      verify: () => Promise.resolve(new Map()),
      recordHostKeys: async (records) => void recorded.push(...records),
    });
    await expect
      .poll(() => recorded)
      .toMatchObject([{ node: { name: 'n1' }, hostKeys: 'ssh-ed25519 AAAA root@n1\n', beside: false }]);
  });
});
