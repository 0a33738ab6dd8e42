import { describe, expect, it } from 'vitest';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import { classOf, countedInterfaces, utilisationOf } from './interface-class.ts';
import { interfaceFacts } from './testing/readings.fixture.ts';

const virtual = { device: false, driver: null };
const master = interfaceFacts({ name: 'top', ifindex: 9, driver: 'hv_netvsc' });

describe('the class of an interface', () => {
  it.each<[string, Partial<InterfaceFacts>]>([
    ['physical', {}],
    ['physical', { master: 10 }],
    ['physical', { iflink: null }],
    ['physical', { type: 32, driver: 'mlx5_core' }],
    ['lower', { master: 9 }],
    ['lower', { iflink: 9 }],
    ['lower', { type: 32, iflink: 9 }],
    ['virtual-function', { virtualFunction: true }],
    ['loopback', { ...virtual, type: 772 }],
    ['bond', { ...virtual, bond: true }],
    ['bridge', { ...virtual, devtype: 'bridge' }],
    ['vlan', { ...virtual, devtype: 'vlan', iflink: 9 }],
    ['macvlan', { ...virtual, devtype: 'macvlan', iflink: 9 }],
    ['veth', { ...virtual, iflink: 7 }],
    ['tunnel', { ...virtual, tun: true }],
    ['tunnel', { ...virtual, devtype: 'wireguard' }],
    ['tunnel', { ...virtual, type: 778, iflink: 0 }],
    ['virtual', { ...virtual, iflink: 2 }],
  ])('is %s for %j', (expected, facts) => {
    const bond = interfaceFacts({ name: 'bond0', ifindex: 10, ...virtual, bond: true });
    expect(classOf(interfaceFacts(facts), [interfaceFacts(facts), master, bond])).toBe(expected);
  });

  it('lets a node be the sum of its physical interfaces alone', () => {
    const slave = interfaceFacts({ name: 'vf0', ifindex: 3, master: 9 });
    const lo = interfaceFacts({ name: 'lo', ifindex: 1, ...virtual, type: 772 });
    expect(countedInterfaces([master, slave, lo])).toEqual([master]);
  });
});

it.each([
  [125_000_000, 1000, 1],
  [0, 1000, 0],
  [1, null, null],
  [1, -1, null],
  [1, 0, null],
  [null, 1000, null],
])('%j B/s of %j Mbit/s is a share of %j', (rate, speed, share) => {
  expect(utilisationOf(rate, speed)).toBe(share);
});
