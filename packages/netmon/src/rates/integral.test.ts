import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../model/reading.ts';
import { advanceNode, type NodeState } from './node-rates.ts';
import { port, reading } from './testing/readings.fixture.ts';
import { onInterface, onNode, rateOptions, run } from './testing/run-readings.fixture.ts';

describe('the integral of all printed rates', () => {
  /** Bytes a millisecond, up to the 10 Gbit/s of the link. */
  const grown = fc.bigInt({ min: 0n, max: 1_250_000n });
  /** Milliseconds to the next reading, what flowed meanwhile, and what happens to the reading. */
  const step = fc.record({
    ms: fc.integer({ min: 1, max: 5000 }),
    rx: grown,
    tx: grown,
    fate: fc.constantFrom('kept', 'kept', 'kept', 'lost', 'doubled', 'late'),
  });

  it('is the last counter minus the first, to the byte, over lost, doubled and late readings, beyond 2^53', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.bigInt({ min: 0n, max: 2n ** 63n }),
        (steps, start) => {
          const readings: Reading[] = [
            reading(1, { interfaces: [port({ rxBytes: start, txBytes: start })] }),
          ];
          let at = { ns: 1e9, rx: start, tx: start };
          for (const { ms, rx, tx, fate } of steps) {
            at = { ns: at.ns + ms * 1e6, rx: at.rx + rx * BigInt(ms), tx: at.tx + tx * BigInt(ms) };
            const next = reading(1, {
              monotonicNs: at.ns,
              uptimeSeconds: null,
              interfaces: [port({ rxBytes: at.rx, txBytes: at.tx })],
            });
            const before = readings.at(-1) ?? next;
            if (fate !== 'lost') readings.push(next);
            if (fate === 'doubled') readings.push(next);
            if (fate === 'late') readings.push(before);
          }
          const integral = (
            side: 'rxBytesPerSecond' | 'txBytesPerSecond',
            of: typeof onNode | typeof onInterface,
          ) =>
            run(readings).reduce((sum, advance) => {
              const sample = of(advance);
              return sum + BigInt(Math.round((sample?.[side] ?? 0) * (sample?.seconds ?? 0)));
            }, 0n);
          const newest = readings.toSorted((a, b) => a.monotonicNs - b.monotonicNs).at(-1)
            ?.interfaces[0]?.counters;
          expect(integral('rxBytesPerSecond', onInterface)).toBe((newest?.rxBytes ?? 0n) - start);
          expect(integral('txBytesPerSecond', onNode)).toBe((newest?.txBytes ?? 0n) - start);
        },
      ),
    );
  });

  it('holds nothing false whatever befalls the node: each printed rate is what flowed', () => {
    const fate = fc.constantFrom(
      'none',
      'none',
      'none',
      'reset',
      'recreated',
      'zero-one',
      'zero-all',
      'reboot',
      'unreadable',
    );
    const faults = fc.array(fc.record({ rx: fc.nat(1_000_000), fate }), { maxLength: 60 });
    fc.assert(
      fc.property(faults, (steps) => {
        let state: NodeState | undefined;
        // What truly flowed, and how much of it the present counters have not seen.
        let flowed = 10n ** 12n;
        let unseen = 0n;
        let [ifindex, boot, seen] = [2, 1, flowed];
        let [readAbove, zeros] = [false, 0];
        for (const [at, { rx, fate: drawn }] of steps.entries()) {
          // A young counter that reads 0 may be reset or misread: no one can tell. An old one is told by the link's speed.
          // So is one that was never read above 0, and one that reads 0 for long.
          const ambiguous = drawn.startsWith('zero') && (unseen > 0n || !readAbove || zeros === 3);
          // So is one that was reset under the same index and outgrew its old value before it was read again.
          const outgrown = drawn === 'reset' && flowed - unseen <= BigInt(rx);
          const what = ambiguous || outgrown ? 'none' : drawn;
          zeros = what.startsWith('zero') ? zeros + 1 : 0;
          if (zeros === 0) readAbove = what !== 'unreadable';
          if (what === 'reset' || what === 'recreated' || what === 'reboot') unseen = flowed;
          if (what === 'recreated') ifindex++;
          if (what === 'reboot') boot++;
          flowed += BigInt(rx);
          const value = flowed - unseen;
          const values = { rxBytes: value, rxPackets: value, txBytes: value, txPackets: value };
          const shown =
            what === 'zero-one'
              ? { ...values, rxBytes: 0n }
              : what === 'unreadable'
                ? { ...values, rxBytes: null }
                : values;
          const next = reading(at + 1, {
            bootId: `boot-${boot}`,
            interfaces: [port(what === 'zero-all' ? {} : shown, { ifindex })],
          });
          const advance = advanceNode(state, next, rateOptions);
          state = advance.state;
          const sample = onInterface(advance);
          const printed = sample?.rxBytesPerSecond ?? null;
          expect({ at, printed }).toEqual({ at, printed: printed === null ? null : Number(flowed - seen) });
          seen = flowed;
        }
      }),
    );
  });
});
