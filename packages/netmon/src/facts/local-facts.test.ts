import { release } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readLocalFacts } from './local-facts.ts';
import { machineFactsOf } from './machine-facts.ts';

describe('the facts of this machine', () => {
  it('are told by the machine, its kernel among them', async () => {
    const facts = await readLocalFacts(undefined, 15_000);
    expect(facts).toMatchObject({ kernel: release() });
    expect(facts?.interfaces.filter(({ speedMbit }) => speedMbit !== null && speedMbit <= 0)).toEqual([]);
  });

  it('are nothing once nobody waits for them', async () => {
    expect(await readLocalFacts(AbortSignal.abort())).toBeNull();
  });

  it('that are not known are null: no -1, no empty text, no address of zeros', () => {
    const unknown = { iface: 'lo', mac: '00:00:00:00:00:00', virtual: false, type: 'virtual', dhcp: false };
    const facts = machineFactsOf({
      system: { manufacturer: '', model: 'To Be Filled By O.E.M.' },
      os: { distro: 'Debian GNU/Linux', release: '12', kernel: '6.1.0', arch: 'x64' },
      interfaces: [
        { ...unknown, speed: -1, duplex: 'unknown' },
        {
          ...unknown,
          iface: 'eth0',
          mac: '02:FC:00:00:00:01',
          type: 'wired',
          dhcp: true,
          speed: 1000,
          duplex: 'half',
        },
      ],
    });
    expect(facts).toEqual({
      manufacturer: null,
      model: null,
      system: 'Debian GNU/Linux 12',
      kernel: '6.1.0',
      architecture: 'x64',
      interfaces: [
        { name: 'lo', mac: null, speedMbit: null, duplex: null, virtual: true, dhcp: null },
        {
          name: 'eth0',
          mac: '02:fc:00:00:00:01',
          speedMbit: 1000,
          duplex: 'half',
          virtual: null,
          dhcp: true,
        },
      ],
    });
  });
});
