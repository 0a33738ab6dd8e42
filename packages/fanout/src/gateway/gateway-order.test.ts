import { expect, test } from 'vitest';
import { gatewayOrder } from './gateway-order.ts';

const nodes = Array.from({ length: 3000 }, (_, number) => `n${number + 1}`);
const firstOf = (node: string, gateways: readonly string[]) =>
  gatewayOrder(node, gateways, (name) => name)[0];

test('nodes are spread evenly over gateways', () => {
  const shares = Map.groupBy(nodes, (node) => firstOf(node, ['gw1', 'gw2', 'gw3']));
  expect(shares.size).toBe(3);
  for (const share of shares.values()) expect(Math.abs(share.length - 1000)).toBeLessThan(150);
});

test('a node keeps its gateway when another goes, whatever order they are named in', () => {
  const moved = nodes.filter(
    (node) => firstOf(node, ['gw1', 'gw2', 'gw3']) !== firstOf(node, ['gw2', 'gw1']),
  );
  expect(new Set(moved.map((node) => firstOf(node, ['gw1', 'gw2', 'gw3'])))).toEqual(new Set(['gw3']));
  expect(new Set(moved.map((node) => firstOf(node, ['gw1', 'gw2'])))).toEqual(new Set(['gw1', 'gw2']));
});
