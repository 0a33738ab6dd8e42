import { createSecretKey } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceNode, type NodeState } from '../../rates/node-rates.ts';
import { AgentInbox } from './agent-inbox.ts';
import { type Datagram, keyIdOf, openDatagram, sealDatagram } from './datagram.ts';

const secret = Buffer.alloc(32, 7);
const key = createSecretKey(secret);
const otherKey = createSecretKey(Buffer.alloc(32, 1));
const keyId = keyIdOf(secret);
const declarations = [
  'heorot-netmon 1 sampler=perl boot=b1 netns=net:[1] clock=hires bits=64',
  'I 0 eth0 ifindex=2 device=1',
  'I 1 eth1 ifindex=3 device=1',
];

/** As an agent would send its nth sample: eth0 grows by 1000 a second, eth1 stands still. */
function nth(sequence: number, changes: Partial<Datagram> = {}): Datagram {
  return {
    keyId,
    node: 'n1',
    startedMs: 1000,
    sequence,
    base: 1,
    intervalMs: 1000,
    declarations: sequence === 1 ? declarations : [],
    baseWords: sequence === 1 ? ['n0:1000,0,0,0,0,0,0,0,0', 'n1:5,0,0,0,0,0,0,0,0'] : undefined,
    ticks: String(sequence),
    clock: `${sequence}000000000`,
    words: [`n0:${sequence * 1000},0,0,0,0,0,0,0,0`],
    ...changes,
  };
}

const sealed = (sequence: number, changes: Partial<Datagram> = {}) =>
  sealDatagram(nth(sequence, changes), key);
const openInbox = () => new AgentInbox({ key: secret, nodes: ['n1', 'n2'] });
const droppedOf = ({ dropped }: AgentInbox) =>
  Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0));

describe('a datagram', () => {
  const word = fc.stringMatching(/^[!-~]{1,20}$/);
  const datagram = fc.record({
    keyId: fc.constant(keyId),
    node: fc.stringMatching(/^[a-z][a-z0-9.-]{0,30}$/),
    startedMs: fc.maxSafeNat(),
    sequence: fc.nat(),
    base: fc.nat(),
    intervalMs: fc.nat(),
    declarations: fc.array(word.map((text) => `I ${text}`)),
    baseWords: fc.option(fc.array(word, { minLength: 1 }), { nil: undefined }),
    ticks: fc.nat().map(String),
    clock: fc.maxSafeNat().map(String),
    words: fc.array(word),
  });

  it('is opened as it was sealed', () => {
    fc.assert(
      fc.property(datagram, (each) => {
        const sent = { ...each, declarations: each.baseWords === undefined ? [] : each.declarations };
        expect(openDatagram(sealDatagram(sent, key), key, keyId)).toEqual({
          kind: 'datagram',
          datagram: sent,
        });
      }),
    );
  });

  it('is not believed when a bit of it was changed, or its end is missing', () => {
    const bytes = sealed(1);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(openDatagram(changed, key, keyId).kind).not.toBe('datagram');
        expect(openDatagram(bytes.subarray(0, at), key, keyId).kind).not.toBe('datagram');
      }),
    );
  });

  it('may be anything: nothing that comes to the port throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(openDatagram(bytes, key, keyId)).toEqual({ kind: 'unreadable' });
      }),
    );
  });
});

describe('the inbox of a collector', () => {
  it('makes a sample whole by its base, in the order of the base', () => {
    const inbox = openInbox();
    inbox.take(sealed(1), 42);
    expect(inbox.take(sealed(2), 43)).toMatchObject({
      kind: 'reading',
      intervalMs: 1000,
      reading: {
        node: 'n1',
        bootId: 'b1',
        ticks: 2,
        arrivedMs: 43,
        interfaces: [
          { facts: { name: 'eth0' }, counters: { rxBytes: 2000n } },
          { facts: { name: 'eth1' }, counters: { rxBytes: 5n } },
        ],
      },
    });
  });

  it.each([
    ['of another cluster', sealDatagram(nth(2, { keyId: 'ffffffff' }), otherKey), 'foreign'],
    ['made without the key', sealDatagram(nth(2), otherKey), 'forged'],
    ['that was cut', sealed(2).subarray(0, 90), 'forged'],
    ['of a node that was not selected', sealed(2, { node: 'n3' }), 'unknownNode'],
    ['that was seen before', sealed(1), 'replayed'],
    ['of an earlier start', sealed(99, { startedMs: 999 }), 'replayed'],
    ['that holds no sample', sealed(2, { clock: 'x' }), 'unreadable'],
  ])('drops and counts one %s', (_, bytes, reason) => {
    const inbox = openInbox();
    inbox.take(sealed(1), 0);
    expect(inbox.take(bytes, 0)).toBeUndefined();
    expect(droppedOf(inbox)).toEqual({ [reason]: 1 });
    expect(inbox.taken).toBe(1);
  });

  it('tells what is late from what is repeated', () => {
    const inbox = openInbox();
    for (const sequence of [1, 2, 5, 4, 4, 3, 3, 100, 60]) inbox.take(sealed(sequence), 0);
    expect(droppedOf(inbox)).toEqual({ late: 2, replayed: 3 });
  });

  it('asks for the base it lacks, with an answer that only the key can make', () => {
    const inbox = openInbox();
    const arrival = inbox.take(sealed(7), 0);
    if (arrival?.kind !== 'baseless') throw new Error('it did not ask');
    expect(Buffer.from(arrival.answer).toString('latin1', 32)).toBe(`heorot-collector 1 ${keyId} n1 1000`);
    const { baseWords } = nth(1);
    inbox.take(sealed(8, { declarations, baseWords }), 0);
    expect(inbox.take(sealed(9), 0)?.kind).toBe('reading');
    expect(droppedOf(inbox)).toEqual({ baseless: 1 });
  });

  it('begins anew with an agent that was started again', () => {
    const inbox = openInbox();
    inbox.take(sealed(1), 0);
    inbox.take(sealed(2), 0);
    const { baseWords } = nth(1);
    const again = {
      startedMs: 2000,
      declarations: declarations.map((line) => line.replace('b1', 'b2')),
      baseWords,
    };
    expect(inbox.take(sealed(1, again), 0)).toMatchObject({ reading: { bootId: 'b2' } });
    expect(inbox.take(sealed(3), 0)).toBeUndefined();
    expect(droppedOf(inbox)).toEqual({ replayed: 1 });
  });

  it('never gives a wrong rate, whatever is lost, doubled or out of order', () => {
    const deliveries = fc.array(fc.nat({ max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(deliveries, (order) => {
        const inbox = openInbox();
        inbox.take(sealed(1), 0);
        let state: NodeState | undefined;
        for (const at of order) {
          const arrival = inbox.take(sealed(at + 2), 0);
          if (arrival?.kind !== 'reading') continue;
          const advance = advanceNode(state, arrival.reading, { intervalMs: 1000 });
          state = advance.state;
          const rates = advance.samples.flatMap((sample) =>
            sample.type === 'sample' && sample.interface === 'eth0' ? [sample.rxBytesPerSecond] : [],
          );
          expect(rates.filter((rate) => rate !== null && rate !== 1000)).toEqual([]);
          expect(advance.events.filter(({ event }) => event !== 'first-reading')).toEqual([]);
        }
      }),
    );
  });
});
