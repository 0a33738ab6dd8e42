import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions } from './compare-versions.ts';

test.each([
  ['6.1.0-9-amd64', '6.1.0-10-amd64'],
  ['9.2p1-2+deb12u2', '9.2p1-2+deb12u10'],
  ['1:9.2p1', '2:1.0p1'],
  ['8.7p1-38.el9_4', '8.7p1-38.el9_4.1'],
  ['1.0~rc1', '1.0'],
  ['1.0~rc1', '1.0~rc2'],
  ['9.6p1-3ubuntu13', '9.6p1-3ubuntu13.3'],
])('%s is older than %s', (older, newer) => {
  expect(Math.sign(compareVersions(older, newer))).toBe(-1);
  expect(Math.sign(compareVersions(newer, older))).toBe(1);
});

test('it is an order', () => {
  const version = fc.stringMatching(/^(\d:)?\d{1,2}(\.\d{1,2})?(p\d)?(~rc\d)?(-\d+(\+deb\d+u\d+)?)?$/);
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
    }),
  );
});
