import { release } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readLocalFacts } from './local-facts.ts';
import { machineFactsOf } from './machine-facts.ts';

describe('the facts of this machine', () => {
  it('are told by a process of its own, its kernel among them', async () => {
    expect(await readLocalFacts(undefined, 60_000)).toMatchObject({ kernel: release() });
  });

  it('are nothing once nobody waits for them', async () => {
    expect(await readLocalFacts(AbortSignal.abort())).toBeNull();
  });

  it('that are not known are null: what firmware says when nobody filled it in is nothing', () => {
    const facts = machineFactsOf({
      system: { manufacturer: '', model: 'To Be Filled By O.E.M.' },
      os: { distro: 'Debian GNU/Linux', release: '12', kernel: '6.1.0', arch: 'x64' },
      cards: [],
    });
    expect(facts).toEqual({
      manufacturer: null,
      model: null,
      system: 'Debian GNU/Linux 12',
      kernel: '6.1.0',
      architecture: 'x64',
      cards: [],
    });
  });
});
