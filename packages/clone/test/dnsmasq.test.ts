// The real dnsmasq, in a namespace of its own, asked by busybox's DHCP client as firmware asks.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DhcpSettings, dnsmasqConfig } from '../src/dhcp/dnsmasq-config.ts';
import type { DhcpEvent } from '../src/dhcp/dnsmasq-log.ts';
import { runDnsmasq } from '../src/dhcp/run-dnsmasq.ts';
import { type TwoNamespaces, twoNamespaces } from './two-namespaces.fixture.ts';

let net: TwoNamespaces;
let folder: string;

beforeAll(async () => {
  net = await twoNamespaces();
  folder = await mkdtemp(join(tmpdir(), 'heorot-dnsmasq-'));
  await chmod(folder, 0o755);
  // What the client is told, instead of a configuration of the card.
  await writeFile(
    join(folder, 'script'),
    '#!/bin/sh\n[ "$1" = bound ] && echo "bound $ip ${boot_file:-$bootfile} $router"\ntrue\n',
    {
      mode: 0o755,
    },
  );
});

afterAll(async () => {
  await net[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const known = '52:54:00:77:00:01';

function settings(over: Partial<DhcpSettings> = {}): DhcpSettings {
  return {
    mode: 'own',
    interface: net.card,
    subnet: '10.77.0.0',
    netmask: '255.255.255.0',
    router: '10.77.0.254',
    head: 'http://10.77.0.1:8080',
    headAddress: '10.77.0.1',
    tftpFolder: folder,
    hosts: [{ node: 'n01', mac: known, address: '10.77.0.11' }],
    enrolRange: undefined,
    leaseFile: join(folder, 'leases'),
    ...over,
  };
}

async function serve(over: Partial<DhcpSettings> = {}) {
  const events: DhcpEvent[] = [];
  const said: string[] = [];
  await rm(join(folder, 'leases'), { force: true });
  const dnsmasq = await runDnsmasq({
    folder,
    config: dnsmasqConfig(settings(over)),
    program: ['ip', 'netns', 'exec', net.head, 'dnsmasq'],
    onEvent: (event) => events.push(event),
    say: (text) => said.push(text),
  });
  return { events, said, dnsmasq, [Symbol.asyncDispose]: () => dnsmasq[Symbol.asyncDispose]() };
}

/** `bound ADDRESS BOOTFILE ROUTER`, or nothing. Options: 77 user class, 93 client architecture (RFC 4578). */
async function ask(
  mac: string,
  kind: 'ipxe' | 'firmware',
  architecture: number,
): Promise<string | undefined> {
  await net.on(net.machine, 'ip', 'link', 'set', 'eth0', 'address', mac);
  const arch = architecture.toString(16).padStart(4, '0');
  const said = await net.on(
    net.machine,
    'busybox',
    'udhcpc',
    '-i',
    'eth0',
    '-n',
    '-q',
    '-f',
    '-t',
    '3',
    '-T',
    '1',
    '-s',
    join(folder, 'script'),
    '-O',
    'bootfile',
    '-V',
    `PXEClient:Arch:${String(architecture).padStart(5, '0')}:UNDI:003010`,
    '-x',
    `0x5d:${arch}`,
    ...(kind === 'ipxe' ? ['-x', '0x4d:69505845'] : []),
  );
  return /^bound .*$/m.exec(said)?.[0];
}

describe('dnsmasq, as the boot service runs it', () => {
  it.each([
    [
      'iPXE on a BIOS',
      'ipxe',
      0,
      'bound 10.77.0.11 http://10.77.0.1:8080/boot.ipxe?plat=pcbios&mac=${net0/mac} 10.77.0.254',
    ],
    [
      'iPXE on UEFI',
      'ipxe',
      7,
      'bound 10.77.0.11 http://10.77.0.1:8080/boot.ipxe?plat=efi&mac=${net0/mac} 10.77.0.254',
    ],
    ['a BIOS without iPXE', 'firmware', 0, 'bound 10.77.0.11 undionly.kpxe 10.77.0.254'],
    ['UEFI without iPXE', 'firmware', 7, 'bound 10.77.0.11 snponly.efi 10.77.0.254'],
  ] as const)('tells %s its address and what to boot', async (_, kind, architecture, answer) => {
    await using service = await serve();
    expect(await ask(known, kind, architecture)).toBe(answer);
    expect(service.events).toContainEqual({ kind: 'leased', mac: known, address: '10.77.0.11' });
  });

  it('answers no machine that it does not know, and tells of it', async () => {
    await using service = await serve();
    expect(await ask('52:54:00:77:00:99', 'ipxe', 0)).toBeUndefined();
    expect(service.events).toContainEqual({ kind: 'asked', mac: '52:54:00:77:00:99', answered: false });
  });

  it('gives machines that are to be enrolled an address until the range is exhausted', async () => {
    await using service = await serve({ enrolRange: ['10.77.0.200', '10.77.0.200'] });
    expect(await ask('52:54:00:77:00:99', 'ipxe', 0)).toMatch(/^bound 10\.77\.0\.200 /);
    expect(await ask('52:54:00:77:00:98', 'ipxe', 0)).toBeUndefined();
    expect(service.events).toContainEqual({ kind: 'exhausted', mac: '52:54:00:77:00:98' });
  });

  it('is started again when it dies, and takes a new configuration', async () => {
    await using service = await serve({ hosts: [] });
    expect(await ask(known, 'ipxe', 0)).toBeUndefined();
    await service.dnsmasq.update(dnsmasqConfig(settings()));
    await sleep(1000);
    expect(await ask(known, 'ipxe', 0)).toMatch(/^bound 10\.77\.0\.11 /);
  });

  it('leaves addresses to another server, and answers known machines with the boot script alone', async () => {
    const other = spawn('ip', [
      'netns',
      'exec',
      net.head,
      'dnsmasq',
      '-k',
      '-C',
      '/dev/null',
      '--port=0',
      '--no-ping',
      '--log-facility=-',
      '--bind-interfaces',
      '--interface=eth0',
      '--dhcp-range=10.77.0.60,10.77.0.70,255.255.255.0',
      `--dhcp-leasefile=${join(folder, 'other')}`,
    ]);
    try {
      await sleep(500);
      await using service = await serve({ mode: 'proxy' });
      expect(await ask(known, 'ipxe', 0)).toMatch(/^bound 10\.77\.0\.[67]\d /);
      expect(service.events).toContainEqual({ kind: 'asked', mac: known, answered: true });
      await ask('52:54:00:77:00:99', 'ipxe', 0);
      expect(service.events).not.toContainEqual({ kind: 'asked', mac: '52:54:00:77:00:99', answered: true });
    } finally {
      other.kill();
    }
  });

  it('says of another server that it is there', async () => {
    const script = `
      import { probeForeignServers } from '${join(import.meta.dirname, '../src/dhcp/probe-foreign-server.ts')}';
      const found = await probeForeignServers({ broadcast: '10.77.0.255', ownAddress: process.argv[1], waitMs: 1500 });
      process.stdout.write(JSON.stringify(found));`;
    const probe = (own: string) =>
      net.on(
        net.machine,
        process.execPath,
        '--conditions=heorot-src',
        '--input-type=module',
        '-e',
        script,
        own,
      );
    await net.on(net.machine, 'ip', 'addr', 'add', '10.77.0.2/24', 'brd', '+', 'dev', 'eth0');
    await using _ = await serve({ enrolRange: ['10.77.0.200', '10.77.0.210'] });
    expect(await probe('10.77.0.2')).toBe('[{"address":"10.77.0.1"}]');
    expect(await probe('10.77.0.1')).toBe('[]');
    await net.on(net.machine, 'ip', 'addr', 'flush', 'dev', 'eth0');
  });

  it('refuses a MAC or an address that two nodes have', () => {
    const twice = { node: 'n02', mac: known, address: '10.77.0.12' };
    expect(() => dnsmasqConfig(settings({ hosts: [...settings().hosts, twice] }))).toThrow(
      /belongs to n01 and to n02/,
    );
    const same = { node: 'n02', mac: '52:54:00:77:00:02', address: '10.77.0.11' };
    expect(() => dnsmasqConfig(settings({ hosts: [...settings().hosts, same] }))).toThrow(
      /belongs to n01 and to n02/,
    );
  });
});
