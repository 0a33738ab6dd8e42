import { expect, it } from 'vitest';
import { macsOf } from './macs-of.ts';

const nic = (mac: string, state = 'up') => ({ nics: [{ name: 'eth0', state, mac }] });

it('takes the first network card that is up', () => {
  const nics = [...nic('02:00:00:00:00:01', 'down').nics, ...nic('02:00:00:00:00:02').nics];
  expect(macsOf([['n1', { nics }]])).toEqual({
    own: new Map([['n1', '02:00:00:00:00:02']]),
    shared: new Map(),
  });
});

it('keeps an address that several nodes show from being recorded for any of them', () => {
  expect(
    macsOf([
      ['n1', nic('02:FC:00:00:00:01')],
      ['n2', nic('02:fc:00:00:00:01')],
      ['n3', nic('02:00:00:00:00:03')],
      ['n4', { nics: [] }],
    ]),
  ).toEqual({
    own: new Map([['n3', '02:00:00:00:00:03']]),
    shared: new Map([['02:fc:00:00:00:01', ['n1', 'n2']]]),
  });
});
