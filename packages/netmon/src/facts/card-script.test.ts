import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSamplers, runSampler } from '../sampler/testing/run-sampler.ts';
import { parseCard } from './network-card.ts';
import { readCards } from './tell-facts.ts';

/** As https://pci-ids.ucw.cz has them, with a device of the same number below another vendor and a subsystem below the right one. */
const pciIds = `# a comment
1521  Other Maker
\t1af4  Wrong
8086  Intel Corporation
\t1521  I350 Gigabit Network Connection
\t\t1028 0602  Gigabit 2P I350-t LOM
1af4  Red Hat, Inc.
\t1000  Virtio network device
\t1521  Wrong as well
`;
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'heorot-cards-'));
  const pci = 'pci';
  card(
    'eth0',
    '0000:01:00.0',
    pci,
    { vendor: '0x8086', device: '0x1521', class: '0x020000' },
    { speed: '10000', duplex: 'full' },
  );
  card('eth1', '0000:02:00.0/virtio0', 'virtio', { vendor: '0x1af4', device: '0x0001' }, { speed: '-1' });
  files('sys/devices/0000:02:00.0', { vendor: '0x1af4', device: '0x1000', class: '0x020000' });
  symlinkSync(bus('pci'), join(root, 'sys/devices/0000:02:00.0/subsystem'));
  card('usb0', '0000:03:00.0/1-1/1-1:1.0', 'usb', {}, {});
  files('sys/devices/0000:03:00.0/1-1', { manufacturer: 'Realtek', product: 'USB 10/100/1000 LAN' });
  files('sys/class/net/lo', { address: '00:00:00:00:00:00' });
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the network cards of a machine', () => {
  it('are told with driver, speed and the ids of the card where it has no pci.ids', async () => {
    expect(await readCards(root)).toEqual([
      {
        interface: 'eth0',
        mac: '02:fc:00:00:00:01',
        driver: 'driver-of-eth0',
        speedMbit: 10_000,
        duplex: 'full',
        model: '8086:1521',
      },
      expect.objectContaining({ interface: 'eth1', speedMbit: null, duplex: null, model: '1af4:1000' }),
      expect.objectContaining({ interface: 'usb0', model: 'Realtek USB 10/100/1000 LAN' }),
    ]);
  });

  it('are named by its pci.ids where it has one; a device that is not in it keeps its id', async () => {
    files('usr/share/hwdata', { 'pci.ids': pciIds });
    expect((await readCards(root)).map(({ model }) => model)).toEqual([
      'Intel Corporation I350 Gigabit Network Connection',
      'Red Hat, Inc. Virtio network device',
      'Realtek USB 10/100/1000 LAN',
    ]);
    files('sys/devices/0000:01:00.0', { device: '0x9999' });
    expect((await readCards(root))[0]?.model).toBe('Intel Corporation 9999');
  });
});

describe.each(installedSamplers)('the sampler in %s', (kind) => {
  it('tells the models of PCI cards, by pci.ids or as ids; a card without any has none', async () => {
    const header = 'Inter-|\n face |bytes packets|bytes packets\n';
    files('proc/net', { dev: `${header}eth0: 1 1 1 1\neth1: 1 1 1 1\nusb0: 1 1 1 1\nlo: 1 1 1 1` });
    await using sampler = runSampler(kind, root);
    const { interfaces } = await sampler.tick();
    expect(interfaces.map(({ facts }) => [facts.name, facts.card])).toEqual([
      ['eth0', 'Intel Corporation 9999'],
      ['eth1', 'Red Hat, Inc. Virtio network device'],
      ['usb0', null],
      ['lo', null],
    ]);
    rmSync(join(root, 'usr'), { recursive: true });
    await using ignorant = runSampler(kind, root);
    expect((await ignorant.tick()).interfaces.map(({ facts }) => facts.card)).toEqual([
      '8086:9999',
      '1af4:1000',
      null,
      null,
    ]);
    files('usr/share/hwdata', { 'pci.ids': pciIds });
  });
});

describe('a line of the card script', () => {
  it.each(['', 'state=running pid=7', 'nic', 'nic\t'])('is none: %j', (line) => {
    expect(parseCard(line)).toBeUndefined();
  });

  it('holds no unknown speed as a number', () => {
    expect(parseCard('nic\teth0\t\t\t4294967295\tunknown\t')).toEqual({
      interface: 'eth0',
      mac: null,
      driver: null,
      speedMbit: null,
      duplex: null,
      model: null,
    });
  });
});

function card(
  name: string,
  at: string,
  on: string,
  ids: Readonly<Record<string, string>>,
  face: Readonly<Record<string, string>>,
): void {
  const device = join(root, 'sys/devices', at);
  mkdirSync(device, { recursive: true });
  files(join('sys/devices', at), ids);
  files(join('sys/class/net', name), { address: '02:fc:00:00:00:01', ...face });
  mkdirSync(join(root, 'sys/drivers', `driver-of-${name}`), { recursive: true });
  symlinkSync(bus(on), join(device, 'subsystem'));
  symlinkSync(join(root, 'sys/drivers', `driver-of-${name}`), join(device, 'driver'));
  symlinkSync(device, join(root, 'sys/class/net', name, 'device'));
}

function bus(name: string): string {
  mkdirSync(join(root, 'sys/bus', name), { recursive: true });
  return join(root, 'sys/bus', name);
}

function files(folder: string, content: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(content)) {
    const path = join(root, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  }
}
