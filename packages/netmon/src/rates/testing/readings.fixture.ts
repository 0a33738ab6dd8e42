// Readings for tests: what is not said is an idle Ethernet port on a healthy node.
import { type InterfaceCounters, interfaceCounters } from '../../model/counter.ts';
import type { InterfaceFacts, PortFacts } from '../../model/interface-facts.ts';
import type { HostReading, InterfaceReading, Reading } from '../../model/reading.ts';

export const quietHost: HostReading = {
  load: null,
  cpu: null,
  memory: null,
  tcp: null,
  tcpTrouble: null,
  ipvs: null,
};

export function interfaceFacts(facts: Partial<InterfaceFacts> = {}): InterfaceFacts {
  const { ifindex = 2 } = facts;
  return {
    name: 'eth0',
    ifindex,
    iflink: ifindex,
    type: 1,
    mtu: 1500,
    state: 'up',
    carrier: true,
    speedMbit: 10_000,
    duplex: 'full',
    devtype: null,
    device: true,
    driver: 'ice',
    virtualFunction: false,
    master: null,
    bond: false,
    bridge: false,
    tun: false,
    card: null,
    ...facts,
  };
}

export function portFacts(facts: Partial<PortFacts> = {}): PortFacts {
  return {
    device: 'mlx5_0',
    port: 1,
    driver: 'mlx5_core',
    state: '4:_ACTIVE',
    physicalState: '5:_LinkUp',
    rateMbit: 100_000,
    rateName: '4X_EDR',
    layer: 'InfiniBand',
    ...facts,
  };
}

/** Bytes and packets received and sent; no errors, no flaps unless said. */
function counters(values: Partial<InterfaceCounters> = {}): InterfaceCounters {
  return { ...interfaceCounters([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 2n]), ...values };
}

export function port(
  values: Partial<InterfaceCounters> = {},
  facts: Partial<InterfaceFacts> = {},
): InterfaceReading {
  return { facts: interfaceFacts(facts), counters: counters(values) };
}

/** @param second on the node's clock, and of arrival */
export function reading(second: number, more: Partial<Reading> = {}): Reading {
  return {
    node: 'n1',
    bootId: 'boot-1',
    netns: 'net:[1]',
    ticks: second,
    monotonicNs: second * 1e9,
    uptimeSeconds: second,
    bootedAt: null,
    arrivedMs: second * 1000,
    bits: 64,
    interfaces: [port()],
    ports: [],
    host: quietHost,
    ...more,
  };
}
