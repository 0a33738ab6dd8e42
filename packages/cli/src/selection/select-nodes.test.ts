import { NodeSet } from '@heorot/inventory';
import { expect, it } from 'vitest';
import { notTooMany } from './select-nodes.ts';

it('a slip in a range is an error, not the end of memory', () => {
  expect(() => notTooMany(NodeSet.parse('n[1-99999999999]'))).toThrow(
    expect.objectContaining({
      code: 'selection-too-large',
      message: '99999999999 nodes were selected; 1000000 are the most',
    }),
  );
  expect(notTooMany(NodeSet.parse('n[1-1000000]')).size).toBe(1_000_000n);
});
