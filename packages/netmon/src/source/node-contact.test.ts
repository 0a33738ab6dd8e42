import { describe, expect, it } from 'vitest';
import { reading } from '../rates/testing/readings.fixture.ts';
import { NodeContact } from './node-contact.ts';
import type { SourceOutput } from './source.ts';

function open() {
  const told: string[] = [];
  const listener = (output: SourceOutput) => {
    if (output.kind === 'contact') told.push(output.contact.state);
    else told.push(output.kind === 'event' ? `event ${output.event.event}` : 'reading');
  };
  return { contact: new NodeContact('n1', listener), told };
}

describe('how a node stands', () => {
  it('is told once per change', () => {
    const { contact, told } = open();
    contact.trying('connecting');
    contact.reading(reading(1));
    contact.reading(reading(2));
    expect(told).toEqual(['connecting', 'sampling', 'reading', 'reading']);
  });

  it.each([
    [300, 1000, 'sampling'],
    [400, 1000, 'late'],
    [1300, 1000, 'late'],
    [1400, 1000, 'down'],
    [200, 100, 'late'],
    [500, 100, 'down'],
  ] as const)('a question open for %d ms at an interval of %d ms: %s', (openMs, intervalMs, state) => {
    const { contact } = open();
    contact.reading(reading(1));
    contact.silent(openMs, intervalMs);
    expect(contact.state).toBe(state);
  });

  it('is down with one event, whatever is tried meanwhile, and up with one', () => {
    const { contact, told } = open();
    contact.reading(reading(1));
    contact.down('connection lost');
    contact.trying('connecting');
    contact.down('connection lost');
    contact.down('connection refused');
    contact.reading(reading(2));
    expect(told).toEqual([
      'sampling',
      'reading',
      'event down',
      'down',
      'down',
      'event up',
      'sampling',
      'reading',
    ]);
  });

  it('a node that answers for the first time after failures is not up again', () => {
    const { contact, told } = open();
    contact.down('connection refused');
    contact.reading(reading(1));
    expect(told).toEqual(['event down', 'down', 'sampling', 'reading']);
  });
});
