import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetEvent, Sample } from '../model/sample.ts';
import { advanceNode, type NodeState } from '../rates/node-rates.ts';
import { port, reading } from '../rates/testing/readings.fixture.ts';
import { AlertWatch } from './alert-watch.ts';
import { AlertSyntaxError, parseAlert } from './parse-alert.ts';

describe('an alert', () => {
  it.each([
    ['rx > 9Gbit/s for 5s', { metric: 'rx', comparison: '>', limit: 1.125e9, forMs: 5000 }],
    ['rx>9Gbit/s', { metric: 'rx', comparison: '>', limit: 1.125e9, forMs: 0 }],
    ['tx <= 10 MB/s for 500ms', { metric: 'tx', comparison: '<=', limit: 1e7, forMs: 500 }],
    ['rx < 1.5MiB/s', { metric: 'rx', limit: 1.5 * 2 ** 20 }],
    ['retrans > 1%', { metric: 'retrans', limit: 0.01 }],
    ['util >= 90 % for 1.5m', { metric: 'util', comparison: '>=', limit: 0.9, forMs: 90_000 }],
    ['errors > 0/s', { metric: 'errors', limit: 0 }],
    ['rx-packets > 1.5M/s', { metric: 'rx-packets', limit: 1.5e6 }],
    ['load > 64 for 1h', { metric: 'load', limit: 64, forMs: 3_600_000 }],
    ['down', { kind: 'down', forMs: 0 }],
    [' down for 10s ', { kind: 'down', forMs: 10_000 }],
  ])('%j is read', (text, expected) => {
    expect(parseAlert(text)).toMatchObject({ ...expected, text });
  });

  it.each([
    ['', 0, 'nothing to watch'],
    ['rz > 1B/s', 0, "no figure 'rz'"],
    ['rx', 2, 'expected >, >=, < or <='],
    ['rx = 1B/s', 3, 'expected >, >=, < or <='],
    ['rx >', 4, 'expected a value'],
    ['rx > fast', 5, 'expected a number'],
    ['rx > 9Gb', 6, "unknown unit 'Gb'"],
    ['rx > 9', 6, 'expected a unit'],
    ['retrans > 1', 11, 'expected a unit'],
    ['load > 5%', 8, "unknown unit '%'"],
    ['rx > 1B/s during 5s', 10, "expected 'for' or the end, not 'during'"],
    ['rx > 1B/s for', 13, 'expected a duration'],
    ['rx > 1B/s for 5', 14, "'5' is no duration"],
    ['down for 5s now', 12, "'now' is too much"],
    ['rx > 1constructor', 6, "unknown unit 'constructor'"],
  ])('%j is refused at offset %d', (text, offset, problem) => {
    expect(() => parseAlert(text)).toThrow(`alert ${JSON.stringify(text)}: ${problem} at offset ${offset}`);
  });

  it('is read or refused with a place inside of it, whatever is typed', () => {
    const words = fc.constantFrom(
      'rx',
      'down',
      'load',
      '>',
      '<=',
      '9',
      'Gbit/s',
      '1%',
      'for',
      '5s',
      'x',
      '🜁',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((each) => each.join(' ')),
        ),
        (text) => {
          const offset = offsetOfFault(text);
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

/** 0 where there is none. */
function offsetOfFault(text: string): number {
  try {
    parseAlert(text);
    return 0;
  } catch (error) {
    if (error instanceof AlertSyntaxError) return error.offset;
    throw error;
  }
}

/** The samples of a link that carried so many bytes in each second; null = the interface was made anew. */
function samplesOf(bytes: readonly (number | null)[]): readonly Sample[] {
  let state: NodeState | undefined;
  let [total, ifindex] = [0n, 2];
  return [0, ...bytes].flatMap((each, at) => {
    if (each === null) ifindex++;
    total += BigInt(each ?? 0);
    const jitter = (at * 7) % 5;
    const next = reading(at + 1, {
      arrivedMs: (at + 1) * 1000 + jitter,
      interfaces: [port({ rxBytes: total }, { ifindex })],
    });
    const advance = advanceNode(state, next, { intervalMs: 1000 });
    state = advance.state;
    return advance.samples;
  });
}

const changesOf = (text: string, bytes: readonly (number | null)[]) => {
  const watch = new AlertWatch(parseAlert(text));
  return samplesOf(bytes).flatMap((sample) =>
    watch
      .sample(sample)
      .map(({ change, time, interface: on, value }) => `${change} ${on} ${value} ${time.slice(17, 19)}`),
  );
};

describe('the watch over an alert', () => {
  it('raises it when it has held for long enough, and clears it when it ends', () => {
    expect(changesOf('rx > 1kB/s for 3s', [0, 2000, 2000, 500, 2000, 2000, 2000, 2000, 500])).toEqual([
      'raised eth0 2000 08',
      'cleared eth0 500 10',
    ]);
  });

  it('raises it at once where no duration is asked', () => {
    expect(changesOf('rx > 1kB/s', [2000, 2000, 0])).toEqual(['raised eth0 2000 02', 'cleared eth0 0 04']);
  });

  it('takes an unknown figure for neither yes nor no', () => {
    expect(changesOf('rx > 1kB/s for 2s', [2000, 2000, null, 2000, 0])).toEqual([
      'raised eth0 2000 03',
      'cleared eth0 0 06',
    ]);
    expect(changesOf('rx < 1kB/s', [null])).toEqual([]);
  });

  it('is told of nodes that are down by events, and of the time by a clock', () => {
    const watch = new AlertWatch(parseAlert('down for 10s'));
    const event = (name: 'down' | 'up', second: number): NetEvent => ({
      type: 'event',
      node: 'n7',
      event: name,
      detail: 'no answer',
      time: new Date(second * 1000).toISOString(),
      interface: null,
    });
    expect(watch.event(event('down', 100))).toEqual([]);
    expect(watch.clock(109_000)).toEqual([]);
    expect(watch.clock(110_000)).toMatchObject([{ change: 'raised', node: 'n7', interface: null }]);
    expect(watch.clock(111_000)).toEqual([]);
    expect(watch.event(event('up', 120))).toMatchObject([
      { change: 'cleared', since: '1970-01-01T00:01:40.000Z' },
    ]);
  });
});
