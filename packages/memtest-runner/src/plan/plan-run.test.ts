import { describe, expect, it } from 'vitest';
import type { Capacity } from '../node/capacity.ts';
import { parseCapacity } from '../node/capacity.ts';
import { describePlan } from './describe-plan.ts';
import { levelNames, levels } from './levels.ts';
import { askedBytes, assumedSpeed, bytesToTest } from './pass-cost.ts';
import { longestSeconds, plannedSeconds, specOf } from './phase.ts';
import { planRun, type Wishes } from './plan-run.ts';

const GiB = 2 ** 30;
const capacity = (more: Partial<Capacity> = {}): Capacity => ({
  spool: '/root/.cache/heorot-memtest',
  architecture: 'x86_64',
  root: true,
  totalBytes: 64 * GiB,
  availableBytes: 62 * GiB,
  cores: 16,
  cpus: 32,
  cacheBytes: 64 * 2 ** 20,
  numaNodes: 2,
  freeBytes: 100 * GiB,
  starter: 'setsid',
  programs: ['stressapptest'],
  engines: [],
  running: null,
  ...more,
});
const nodes = (...all: readonly Capacity[]) =>
  new Map(all.map((each, at) => [`n${at + 1}`, { capacity: each, speed: assumedSpeed(each) }]));
const wishes = (more: Partial<Wishes> = {}): Wishes => ({
  level: 'standard',
  seconds: undefined,
  passes: undefined,
  engines: [],
  memory: '95%',
  reserveBytes: undefined,
  official: false,
  idleGate: 2,
  ...more,
});

describe('a plan', () => {
  it.each(levelNames)(
    'of the level %s is over, whatever happens, in the time that the level promises',
    (level) => {
      const all = nodes(capacity());
      const plan = planRun(wishes({ level }), all);
      const most = longestSeconds(plan.phases) ?? Number.POSITIVE_INFINITY;
      expect(most).toBeLessThanOrEqual(levels[level].seconds);
      expect(most).toBeGreaterThan(levels[level].seconds - 5);
      expect(plannedSeconds(plan.phases)).toBeLessThanOrEqual(most);
      expect(new Set(plan.phases.map(({ name }) => name)).size).toBe(plan.phases.length);
      expect(describePlan(plan, all, wishes({ level })).join('\n')).not.toContain('longer than');
    },
  );

  it.each(levelNames)('of the level %s ends each memory test by its own clock first', (level) => {
    for (const { driver, limit, arguments: words } of planRun(wishes({ level }), nodes(capacity())).phases) {
      const own = driver === 'stressapptest' ? words[1] : words[words.indexOf('--seconds') + 1];
      expect(Number(own)).toBeGreaterThan(0);
      expect(limit).toBeGreaterThan(Number(own));
    }
  });

  it('says when a pass takes longer than the level, and whose', () => {
    const large = capacity({ totalBytes: 6144 * GiB, availableBytes: 6100 * GiB, cores: 8, numaNodes: 1 });
    const all = nodes(capacity(), large);
    const plan = planRun(wishes({ level: 'quick' }), all);
    const lines = describePlan(plan, all, wishes({ level: 'quick' })).join('\n');
    expect(lines).toMatch(/^quick on 2 nodes \(n\[1-2\]\): [^,]+, at most [^,]+$/m);
    expect(lines).toMatch(/^longer than the 2 m 00 s of quick: a pass over the memory of n2 takes so long/m);
  });

  it('of passes has no other end', () => {
    const plan = planRun(wishes({ passes: 3 }), nodes(capacity({ programs: [] })));
    expect(longestSeconds(plan.phases)).toBe(null);
  });

  it('holds at least one whole pass, and takes longer for it where it must', () => {
    const large = capacity({ totalBytes: 6144 * GiB, availableBytes: 6100 * GiB, cores: 8, numaNodes: 1 });
    const { phases } = planRun(wishes({ level: 'short' }), nodes(capacity(), large));
    const march = phases.find(({ name }) => name === 'march');
    expect(march?.seconds).toBeGreaterThan((5795 * GiB * 74) / 32e9);
    expect(march?.limit).toBeGreaterThanOrEqual(march?.seconds ?? 0);
  });

  it('counts the time until the kernel has cleared the memory', () => {
    const few = capacity({ totalBytes: 512 * GiB, availableBytes: 500 * GiB, cores: 4, numaNodes: 1 });
    const { phases } = planRun(wishes({ level: 'quick' }), nodes(few));
    const pass = (500 * GiB * 14) / assumedSpeed(few).bytesPerSecond;
    expect(phases.at(-1)?.seconds).toBeGreaterThan(pass + 200);
  });

  it('leaves out what some node has not got, says so, and gives its time to the rest', () => {
    const all = planRun(wishes(), nodes(capacity()));
    const fewer = planRun(wishes(), nodes(capacity(), capacity({ programs: [] })));
    expect(all.phases.map(({ name }) => name)).toEqual(['stream', 'march', 'stressapptest', 'mixed']);
    expect(fewer.phases.map(({ name }) => name)).toEqual(['stream', 'march', 'mixed']);
    expect(fewer.left).toEqual([expect.stringContaining('stressapptest: not installed on all nodes')]);
    const most = (plan: typeof all) => longestSeconds(plan.phases) ?? 0;
    expect(Math.abs(most(fewer) - most(all))).toBeLessThan(5);
  });

  it('does what is asked for instead: a time, passes, engines', () => {
    const timed = planRun(wishes({ seconds: 100, engines: ['march', 'memtester'] }), nodes(capacity()));
    expect(timed.phases.map(({ name, seconds }) => [name, seconds])).toEqual([
      ['march', 50],
      ['memtester', 50],
    ]);
    const counted = planRun(wishes({ passes: 3, engines: ['march', 'memtester'] }), nodes(capacity()));
    expect(counted.phases.map(({ arguments: words, limit }) => [words.join(' '), limit])).toEqual([
      [expect.stringContaining('--passes 3'), 0],
      ['95% 3', 0],
    ]);
  });

  it.each(['', '0', '-1', 'lots', '5X', '0%'])('refuses %j as an amount of memory', (memory) => {
    expect(() => planRun(wishes({ memory }), nodes(capacity()))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('is told with its span, its memory and its nodes', () => {
    const all = nodes(capacity(), capacity());
    const lines = describePlan(planRun(wishes({ level: 'quick' }), all), all, wishes({ level: 'quick' }));
    expect(lines[0]).toMatch(/^quick on 2 nodes \(n\[1-2\]\): \d/);
    const other = wishes({ level: 'quick', passes: 1 });
    expect(describePlan(planRun(other, all), all, other)[0]).toMatch(/^custom on 2 nodes/);
    expect(lines.join('\n')).toContain('57 GiB of 64 GiB (89 %), 16 cores, 64 GB/s assumed: n[1-2]');
  });
});

it.each([
  ['95%', 100, 95],
  ['max', 7, 7],
  ['64G', 1, 64 * GiB],
  ['512M', 1, 2 ** 29],
  ['1.5K', 1, 1536],
  ['12', 1, 12],
])('%s of %i is %i bytes', (text, whole, bytes) => {
  expect(askedBytes(text, whole)).toBe(bytes);
});

it('a node keeps 3 % of its memory, and never less than 512 MiB', () => {
  expect(bytesToTest(capacity(), 'max', undefined)).toBe(Math.floor(62 * GiB - 64 * GiB * 0.03));
  expect(bytesToTest(capacity({ totalBytes: GiB, availableBytes: GiB }), 'max', undefined)).toBe(GiB / 2);
  expect(bytesToTest(capacity({ availableBytes: 0 }), '95%', undefined)).toBe(0);
});

describe('a spec', () => {
  const settings = {
    run: 'r1',
    march: '/e/march',
    stream: '/e/stream',
    official: undefined,
    reserveBytes: 64,
    every: 60,
    shared: false,
  };

  it('has a line for each setting and each phase', () => {
    const { phases } = planRun(wishes({ passes: 1, engines: ['march'] }), nodes(capacity()));
    expect(specOf(phases, settings).split('\n')).toEqual([
      'set run r1',
      'set march /e/march',
      'set stream /e/stream',
      'set reserve_bytes 64',
      'set every 60',
      'set shared no',
      expect.stringMatching(/^phase march march 0 --memory 95% --backgrounds 7 --passes 1 /),
    ]);
  });

  it.each(['a b', '$(reboot)', '', "'", ';', '*'])(
    'refuses the word %j, which a shell would not take as it stands',
    (word) => {
      const phase = {
        name: 'x',
        driver: 'march',
        memory: null,
        seconds: 1,
        passes: null,
        limit: 1,
        arguments: [word],
      } as const;
      expect(() => specOf([phase], settings)).toThrow(expect.objectContaining({ code: 'run-argument' }));
    },
  );
});

describe('the answer of a node', () => {
  const answer = [
    'Welcome!',
    'heorot-capacity 1',
    'spool\t/root/.cache/x',
    'architecture\taarch64',
    'user\t0',
    'totalKilobytes\t1000',
    'availableKilobytes\t900',
    'cores\t4',
    'program\tmemtester',
    'program\ttaskset',
    'engine\tmarch-12',
    'starter\tsystemd-run',
    'end\t1',
  ];

  it('is read, noise before it passed over', () => {
    expect(parseCapacity(answer.join('\n'))).toMatchObject({
      spool: '/root/.cache/x',
      architecture: 'aarch64',
      root: true,
      totalBytes: 1024000,
      programs: ['memtester', 'taskset'],
      engines: ['march-12'],
      starter: 'systemd-run',
      freeBytes: null,
      running: null,
    });
  });

  it('that is not whole is none', () => {
    expect(parseCapacity(answer.slice(0, -1).join('\n'))).toBe(undefined);
    expect(parseCapacity('')).toBe(undefined);
  });
});
