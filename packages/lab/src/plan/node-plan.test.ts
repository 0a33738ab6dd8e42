import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loopbackBlock } from './loopback-block.ts';
import { planNodes } from './node-plan.ts';

const rolesOf = (count: number): Record<string, number> =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        planNodes(count, () => ''),
        (node) => node.role,
      ),
    ].map(([role, nodes]) => [role, nodes.length]),
  );

describe('the plan of a lab', () => {
  it.each([
    [1, { compute: 1 }],
    [3, { compute: 3 }],
    [4, { compute: 2, storage: 1, login: 1 }],
    [8, { compute: 5, storage: 2, login: 1 }],
    [100, { compute: 74, storage: 25, login: 1 }],
  ])('has roles for %i nodes', (count, roles) => {
    expect(rolesOf(count)).toEqual(roles);
  });

  it('gives every node a loopback address of its own that no network ends on', () => {
    assert(
      property(
        integer({ min: 1, max: 3000 }),
        double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (count, draw) => {
          const addresses = planNodes(
            count,
            loopbackBlock(count, () => draw),
          ).map((node) => node.address);
          expect(new Set(addresses).size).toBe(count);
          for (const address of addresses) {
            const [first = 0, second = 0, third = 0, fourth = 0] = address.split('.').map(Number);
            expect(first).toBe(127);
            expect(second).toBeGreaterThan(0);
            expect(Math.max(second, third)).toBeLessThan(256);
            expect(fourth > 0 && fourth < 255).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
