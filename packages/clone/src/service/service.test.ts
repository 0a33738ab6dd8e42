import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../deploy/deployment.ts';
import { phases } from '../protocol/plan-step.ts';
import { derOf } from '../protocol/signed-document.ts';
import { bootFakeNode, type FakeNodeOptions } from '../testing/fake-node.ts';
import {
  deployAll,
  macOf,
  oneDisk,
  type ServiceFixture,
  scratchFolder,
  startService,
  theSecret,
} from '../testing/service-fixture.ts';

function boot(service: ServiceFixture, node: string, options: Partial<FakeNodeOptions> = {}) {
  return bootFakeNode({
    head: service.url,
    mac: macOf(node),
    disks: oneDisk,
    signingKey: service.head.key.publicKey,
    ...options,
  });
}

function vouch(service: ServiceFixture, line: string): void {
  const [, mac = '', fingerprint = ''] = line.split(' ');
  service.head.admissions.vouch(mac, fingerprint, 'console', service.clock);
}

async function tokenOf(service: ServiceFixture, node: string): Promise<string> {
  const script = await (await fetch(`${service.url}/boot.ipxe?mac=${macOf(node)}`)).text();
  return /heorot\.token=([0-9a-f]{32})/.exec(script)?.[1] ?? '';
}

function stand(service: ServiceFixture, node: string): Deployment['position'] | undefined {
  return service.head.deployments.list().find((each) => each.node === node)?.position;
}

describe('the service of the head', () => {
  it('takes a machine from its boot script to the reboot from its own disk', async () => {
    await using service = await startService({ known: [macOf('n1')] });
    deployAll(service, ['n1']);
    const ending = await boot(service, 'n1');
    expect(ending).toMatchObject({ kind: 'done', secrets: Buffer.from(theSecret) });
    expect(stand(service, 'n1')).toMatchObject({ kind: 'at', step: 'answer' });
    expect(await boot(service, 'n1')).toEqual({ kind: 'local' });
    expect(service.errors).toEqual([]);
  });

  it('asks a node that holds a multicast to leave it, and no other', async () => {
    await using service = await startService();
    deployAll(service, ['n1', 'n2']);
    expect(await boot(service, 'n1')).toMatchObject({ kind: 'done', leavesMulticast: false });
    service.slow = true;
    expect(await boot(service, 'n2')).toMatchObject({ kind: 'done', leavesMulticast: true });
  });

  it('leaves every machine alone that nobody has asked it to deploy', async () => {
    await using service = await startService({ known: [macOf('n1')] });
    expect(await boot(service, 'n1')).toEqual({ kind: 'local' });
    expect(await boot(service, 'n9')).toEqual({ kind: 'local' });
    const script = await (await fetch(`${service.url}/boot.ipxe?mac=${macOf('n9')}`)).text();
    expect(script).toBe('#!ipxe\nexit\n');
    expect(service.head.machines.all().map(({ mac }) => mac)).toEqual([macOf('n1'), macOf('n9')]);
  });

  it('waits until the key on the console was vouched for', async () => {
    await using service = await startService();
    deployAll(service, ['n1'], { trust: 'console' });
    const shown: string[] = [];
    const running = boot(service, 'n1', { console: (line) => shown.push(line) });
    while (stand(service, 'n1')?.kind !== 'at' || service.head.admissions.waiting().length === 0)
      await sleep(5);
    expect(stand(service, 'n1')).toMatchObject({ step: 'admit' });
    const [, mac = '', fingerprint = ''] = shown[0]?.split(' ') ?? [];
    service.head.admissions.vouch(mac, fingerprint, 'console', service.clock);
    expect(await running).toMatchObject({ kind: 'done', secrets: Buffer.from(theSecret) });
  });

  it('gives no secret, and no way to move a deployment, to a neighbour with a forged MAC', async () => {
    await using service = await startService();
    deployAll(service, ['n1'], { trust: 'console' });
    const stop = new AbortController();
    const forger = boot(service, 'n1', { localAddress: '127.0.0.9', signal: stop.signal });
    while (service.head.admissions.waiting().length === 0) await sleep(5);
    const real = await boot(service, 'n1', {
      console: (line) => {
        const [, mac = '', fingerprint = ''] = line.split(' ');
        service.head.admissions.vouch(mac, fingerprint, 'console', service.clock);
      },
    });
    expect(real).toMatchObject({ kind: 'done', secrets: Buffer.from(theSecret) });
    expect(await forger).toMatchObject({ kind: 'end' });
    stop.abort();
  });

  it('sets a node aside when two machines claim to be it by arrival', async () => {
    await using service = await startService();
    deployAll(service, ['n1']);
    await boot(service, 'n1', { localAddress: '127.0.0.9', faults: [{ kind: 'dies', phase: 'format' }] });
    expect(await boot(service, 'n1')).toMatchObject({ kind: 'end', how: 'poweroff' });
    expect(stand(service, 'n1')).toMatchObject({
      kind: 'ended',
      ending: 'failed',
      reason: { code: 'forged' },
    });
    expect(service.head.notices.since(0)).toMatchObject([{ kind: 'forged', subject: 'n1' }]);
  });

  it('begins anew when a machine restarts in the middle, and fails it after three boots', async () => {
    await using service = await startService();
    deployAll(service, ['n1']);
    for (const phase of ['format', 'image', 'bootloader'] as const) {
      expect(await boot(service, 'n1', { faults: [{ kind: 'dies', phase }] })).toEqual({
        kind: 'died',
        phase,
      });
      service.clock += 60_000;
    }
    expect(await boot(service, 'n1')).toMatchObject({ kind: 'end' });
    expect(stand(service, 'n1')).toMatchObject({
      kind: 'ended',
      ending: 'failed',
      reason: { code: 'restarts' },
    });
  });

  it.each(phases)(
    'takes a machine that loses power in the phase %s to its end with the next boot',
    async (phase) => {
      await using service = await startService();
      deployAll(service, ['n1']);
      expect(await boot(service, 'n1', { faults: [{ kind: 'dies', phase }] })).toEqual({
        kind: 'died',
        phase,
      });
      service.clock += 60_000;
      expect(await boot(service, 'n1')).toMatchObject({ kind: 'done', secrets: Buffer.from(theSecret) });
      expect(stand(service, 'n1')).toMatchObject({ step: 'answer', round: 2 });
    },
  );

  it('shows no byte of a secret to who scans its URLs, before, while and after a machine is deployed', async () => {
    await using service = await startService();
    const [deployment] = deployAll(service, ['n1'], { trust: 'console' });
    const token = await tokenOf(service, 'n1');
    const key = derOf(generateKeyPairSync('x25519').publicKey).toString('base64');
    const claim = `heorot-claim 1\ntoken ${token}\nmac ${macOf('n1')}\nnonce ${'0'.repeat(32)}\nkey ${key}\nfirmware bios\nmemory 1\n`;
    const session =
      (await (await fetch(`${service.url}/v1/claim`, { method: 'POST', body: claim })).text())
        .split(' ')[1]
        ?.trim() ?? '';
    const scan = async (): Promise<string> => {
      const names = [
        'plan',
        'sealed',
        'bundle',
        'answer?id=1',
        'done',
        'mark',
        'log',
        'secrets',
        `plan?deployment=${deployment?.id}`,
      ];
      const paths = [
        '/',
        '/boot/',
        '/boot/../clone.db',
        '/boot/..%2fclone.db',
        '/clone.db',
        '/signing.key',
        '/boot/%2e%2e/signing.key',
        '/blobs/sha256/../../clone.db',
        ...names.map((name) => `/v1/${name}`),
      ];
      const headers = [
        {},
        { authorization: `Bearer ${session}` },
        { authorization: `Bearer ${'0'.repeat(64)}` },
      ];
      const answers = await Promise.all(
        paths.flatMap((path) =>
          headers.flatMap((each) =>
            ['GET', 'POST'].map(async (method) => {
              const response = await fetch(service.url + path, { method, headers: each });
              return `${response.status} ${await response.text()}`;
            }),
          ),
        ),
      );
      return answers.join('\n');
    };
    const before = await scan();
    const real = await boot(service, 'n1', { console: (line) => vouch(service, line) });
    expect(real).toMatchObject({ kind: 'done', secrets: Buffer.from(theSecret) });
    for (const seen of [before, await scan()]) {
      expect(seen).not.toContain(theSecret);
      expect(seen).not.toContain(Buffer.from(theSecret).toString('base64').slice(0, 20));
      expect(seen).not.toMatch(/heorot-(plan|sealed)|PRIVATE KEY|SQLite/);
    }
    expect(service.head.deployments.secretsOf(deployment?.id ?? 0)).toBeUndefined();
  });

  it('repeats a phase that failed, and the ones that it stands on', async () => {
    await using service = await startService();
    deployAll(service, ['n1']);
    const faults = [{ kind: 'fails', phase: 'image', code: 'hash', times: 2 }] as const;
    expect(await boot(service, 'n1', { faults })).toMatchObject({ kind: 'done' });
  });

  it('fails a node at once for what no repetition mends', async () => {
    await using service = await startService();
    deployAll(service, ['n1', 'n2']);
    const faults = [{ kind: 'fails', phase: 'check', code: 'disk-changed', times: 1 }] as const;
    expect(await boot(service, 'n1', { faults })).toMatchObject({ kind: 'end', how: 'poweroff' });
    expect(stand(service, 'n1')).toMatchObject({
      ending: 'failed',
      reason: { step: 'check', code: 'disk-changed' },
    });
    expect(await boot(service, 'n2')).toMatchObject({ kind: 'done' });
  });

  it('loses nothing when it is killed in the middle and started again', async () => {
    await using folder = await scratchFolder();
    let running: ReturnType<typeof boot>;
    let port: number;
    let shown = '';
    {
      await using first = await startService({ path: folder.path });
      deployAll(first, ['n1'], { trust: 'console' });
      port = Number(new URL(first.url).port);
      running = boot(first, 'n1', { console: (line) => (shown = line) });
      while (first.head.admissions.waiting().length === 0) await sleep(5);
    }
    await using second = await startService({ path: folder.path, port });
    const [, mac = '', fingerprint = ''] = shown.split(' ');
    second.head.admissions.vouch(mac, fingerprint, 'console', second.clock);
    expect(await running).toMatchObject({ kind: 'done', secrets: Buffer.from(theSecret) });
    expect(stand(second, 'n1')).toMatchObject({ kind: 'at', step: 'answer' });
  });
});
