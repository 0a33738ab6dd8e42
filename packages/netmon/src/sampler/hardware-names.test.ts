import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldHardwareNames } from './hardware-names.ts';

const pairsOf = (driver: string) =>
  readFileSync(join(import.meta.dirname, `testing/ethtool/${driver}.txt`), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name = '', value] = line.split(':').map((part) => part.trim());
      return value === undefined || value === '' ? [] : [`${name}=${value}`];
    });

describe('the names of drivers', () => {
  it.each([
    [
      'mlx5',
      {
        rxPauses: 950n,
        txPauses: 24n,
        crcErrors: 3n,
        symbolErrors: 11n,
        rxMissed: 53n,
        txDiscards: 3n,
        txTimeouts: null,
      },
    ],
    [
      'ixgbe',
      {
        rxPauses: 78n,
        txPauses: 78n,
        crcErrors: 4n,
        symbolErrors: null,
        rxMissed: 41n,
        txDiscards: null,
        txTimeouts: 1n,
      },
    ],
    [
      'igb',
      {
        rxPauses: 12n,
        txPauses: 0n,
        crcErrors: 0n,
        symbolErrors: null,
        rxMissed: 0n,
        txDiscards: 0n,
        txTimeouts: 0n,
      },
    ],
  ])('of %s are told apart from what is no fault', (driver, counters) => {
    expect(foldHardwareNames(pairsOf(driver))).toEqual(counters);
  });

  it('may be anything', () => {
    expect(foldHardwareNames(['', '=', 'x', 'rx_crc_errors=-1', 'rx_missed_errors=1e9'])).toMatchObject({
      crcErrors: null,
      rxMissed: null,
    });
  });
});
