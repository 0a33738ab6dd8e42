import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SamplerSession } from './sampler-session.ts';

const banner = 'heorot-netmon 1 sampler=mawk boot=b1 netns=net:[1] clock=uptime bits=64';
const eth0 = 'I 0 eth0 ifindex=2 device=1';

const talk = [
  'Last login: never',
  banner,
  eth0,
  'I 1 grün ifindex=3',
  'S 1 1000 n0:5,1,0,0,6,1,0,0,2 n1:7',
  'G 1',
  'S 2 2000 n0:8,1,0,0,6,1,0,0,2 n1:9',
].join('\n');

const push = (session: SamplerSession, text: string) => session.push(Buffer.from(text), 42);

describe('a session with a sampler', () => {
  it('gives the same readings however the bytes are cut', () => {
    const bytes = Buffer.from(`${talk}\n`);
    const whole = new SamplerSession('n1').push(bytes, 42);
    expect(whole.map(({ kind }) => kind)).toEqual(['noise', 'started', 'reading', 'reading']);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const session = new SamplerSession('n1');
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const parts = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
        expect(parts.flatMap((part) => session.push(part, 42))).toEqual(whole);
      }),
    );
  });

  it('forgets an interface that is gone, and knows the names of the others', () => {
    const outputs = push(new SamplerSession('n1'), `${talk}\n`);
    const names = outputs.flatMap((output) =>
      output.kind === 'reading' ? [output.reading.interfaces.map(({ facts }) => facts.name)] : [],
    );
    expect(names).toEqual([['eth0', 'grün'], ['eth0']]);
  });

  it('tells noise before the banner from damage after it', () => {
    const outputs = push(new SamplerSession('n1'), `motd\n${banner}\nS garbage\n`);
    expect(outputs).toMatchObject([
      { kind: 'noise', afterBanner: false },
      { kind: 'started' },
      { kind: 'noise', text: 'S garbage', afterBanner: true },
    ]);
  });

  it('reads nothing of another version', () => {
    const outputs = push(new SamplerSession('n1'), `heorot-netmon 2 boot=b1\n${eth0}\n`);
    expect(outputs[0]).toEqual({ kind: 'foreign-version', version: 2 });
  });

  it('is not drowned by a node that never ends its line', () => {
    const session = new SamplerSession('n1');
    const outputs = session.push(Buffer.alloc(5 * 1024 * 1024, 'x'), 42);
    expect(outputs).toEqual([{ kind: 'noise', text: 'x'.repeat(200), afterBanner: false }]);
  });
});
