// From a level and wishes to the phases of a run, for nodes of the given capacities. Pure; describe-plan.ts shows it.
import { HeorotError } from '@heorot/inventory';
import type { Capacity } from '../node/capacity.ts';
import { type LevelName, type LevelPart, levels } from './levels.ts';
import {
  askedBytes,
  bandwidthSeconds,
  bytesToTest,
  passSeconds,
  type Speed,
  takingSeconds,
} from './pass-cost.ts';
import type { Driver, Phase } from './phase.ts';

export const engineChoices = ['march', 'stream', 'memtester', 'stressapptest', 'mixed'] as const;
export type EngineChoice = (typeof engineChoices)[number];

export interface Wishes {
  readonly level: LevelName;
  /** Instead of the level's own time. */
  readonly seconds: number | undefined;
  readonly passes: number | undefined;
  /** Instead of the level's own; empty = those. */
  readonly engines: readonly EngineChoice[];
  readonly memory: string;
  readonly reserveBytes: number | undefined;
  /** The user's own stream.c is to run in place of our kernels. */
  readonly official: boolean;
  /** Greatest share of other load that a bandwidth trial may have beside it, percent. */
  readonly idleGate: number;
}

export interface PlannedNode {
  readonly capacity: Capacity;
  readonly speed: Speed;
}

export interface RunPlan {
  readonly phases: readonly Phase[];
  /** What the levels would have done, and these nodes cannot. */
  readonly left: readonly string[];
}

/** A level keeps its name only as it is. */
export function levelOf({ level, seconds, passes, engines }: Wishes): LevelName | 'custom' {
  return seconds === undefined && passes === undefined && engines.length === 0 ? level : 'custom';
}

/** @throws HeorotError `usage` for wishes that cannot be fulfilled */
export function planRun(wishes: Wishes, nodes: ReadonlyMap<string, PlannedNode>): RunPlan {
  const whole = askedBytes(wishes.memory, 1);
  if (!(whole > 0)) {
    throw new HeorotError('usage', `'${wishes.memory}' is no amount of memory`, {
      hint: 'such as 95%, 64G or 512M',
    });
  }
  const all = [...nodes.values()];
  const { parts, left } = partsOf(wishes, all);
  const seconds = secondsForTests(parts, wishes, all);
  const names = new Map<string, number>();
  const phases = parts.map((part) => {
    const times = (names.get(part.driver) ?? 0) + 1;
    names.set(part.driver, times);
    return phaseOf(times === 1 ? part.driver : `${part.driver}-${times}`, part, { wishes, all, seconds });
  });
  return { phases, left };
}

/**
 * A phase is ended so long after its own time: its programs had hung, or gave back their memory slowly. A level counts that as its
 * time, and the most that its bandwidth tests may take: it keeps what it promises whatever happens.
 */
function graceSeconds(takesMemory: boolean, { wishes, all }: Omit<PartContext, 'seconds'>): number {
  return 10 + (takesMemory ? takingMemory(wishes, all) : 0);
}

function takingMemory(wishes: Wishes, all: readonly PlannedNode[]): number {
  return Math.ceil(Math.max(0, ...all.map((node) => takingSeconds(bytesOf(node, wishes), node.capacity))));
}

const bytesOf = ({ capacity }: PlannedNode, { memory, reserveBytes }: Wishes): number =>
  bytesToTest(capacity, memory, reserveBytes);

/** What is left for the tests of memory, whose shares it is divided by. */
function secondsForTests(parts: readonly LevelPart[], wishes: Wishes, all: readonly PlannedNode[]): number {
  if (wishes.seconds !== undefined) return wishes.seconds;
  const other = parts.reduce(
    (sum, part) =>
      sum +
      graceSeconds(part.share > 0, { wishes, all }) +
      (part.share > 0 ? 0 : bandwidthTime(part, all).most),
    0,
  );
  return Math.max(1, levels[wishes.level].seconds - other);
}

function bandwidthTime(
  { brief = false }: LevelPart,
  all: readonly PlannedNode[],
): { readonly usual: number; readonly most: number } {
  const usual = Math.max(1, ...all.map(({ capacity, speed }) => bandwidthSeconds(capacity, brief, speed)));
  // Disturbed trials are repeated; a machine that is not idle by then is busy.
  return { usual, most: usual * 2 + 10 };
}

function partsOf(
  wishes: Wishes,
  nodes: readonly PlannedNode[],
): { readonly parts: readonly LevelPart[]; readonly left: readonly string[] } {
  const level = levels[wishes.level];
  if (wishes.engines.length > 0) {
    const tests = wishes.engines.filter((engine) => engine !== 'stream').length;
    const backgrounds = level.parts.find((part) => part.driver === 'march')?.backgrounds ?? 7;
    const brief = wishes.level === 'quick';
    const parts = wishes.engines.map(
      (engine): LevelPart => ({
        driver: driverOf(engine, wishes),
        share: engine === 'stream' ? 0 : 1 / tests,
        backgrounds,
        brief,
      }),
    );
    return { parts, left: [] };
  }
  const missing = (driver: Driver) =>
    driver === 'stressapptest' && nodes.some(({ capacity }) => !capacity.programs.includes(driver));
  const kept = level.parts.filter(({ driver }) => !missing(driver));
  const shares = kept.reduce((sum, { share }) => sum + share, 0);
  return {
    parts: kept.map((part) => ({
      ...part,
      driver: driverOf(part.driver, wishes),
      share: part.share / shares,
    })),
    left: level.parts
      .filter(({ driver }) => missing(driver))
      .map(
        ({ driver }) =>
          `${driver}: not installed on all nodes (--install offers to), its time goes to the others`,
      ),
  };
}

function driverOf(driver: Driver, { official }: Wishes): Driver {
  return driver === 'stream' && official ? 'official' : driver;
}

interface PartContext {
  readonly wishes: Wishes;
  readonly all: readonly PlannedNode[];
  readonly seconds: number;
}

function phaseOf(name: string, part: LevelPart, context: PartContext): Phase {
  const { wishes, seconds } = context;
  const { driver } = part;
  const share = Math.max(1, Math.floor(seconds * part.share));
  switch (driver) {
    case 'stream':
    case 'official':
      return bandwidthPhase(name, part, context);
    case 'march':
    case 'mixed':
      return marchPhase(name, part, share, context);
    case 'memtester': {
      const loops = wishes.passes ?? (wishes.seconds === undefined ? 1 : 0);
      const limit = wishes.passes === undefined ? share : 0;
      return {
        name,
        driver,
        memory: wishes.memory,
        seconds: limit || null,
        passes: loops || null,
        limit: limit && limit + graceSeconds(false, context),
        arguments: [wishes.memory, String(loops)],
      };
    }
    case 'stressapptest':
      return {
        name,
        driver,
        memory: wishes.memory,
        seconds: share,
        passes: null,
        limit: share + graceSeconds(true, context),
        arguments: [wishes.memory, String(share)],
      };
    default:
      return driver satisfies never;
  }
}

function bandwidthPhase(name: string, part: LevelPart, context: PartContext): Phase {
  const { usual, most } = bandwidthTime(part, context.all);
  const gate = ['--gate', String(context.wishes.idleGate), '--seconds', String(most)];
  const { driver, brief = false } = part;
  return {
    name,
    driver,
    memory: null,
    seconds: usual,
    passes: null,
    limit: most + graceSeconds(false, context),
    arguments: driver === 'official' ? [] : [...gate, ...(brief ? ['--brief'] : [])],
  };
}

/** A time box holds at least one pass on the slowest node, else its result would not mean anything. */
function marchPhase(name: string, part: LevelPart, share: number, context: PartContext): Phase {
  const { wishes, all } = context;
  const backgrounds = part.backgrounds ?? 7;
  const onePass = Math.max(
    1,
    ...all.map((node) => passSeconds(bytesOf(node, wishes), backgrounds, node.speed)),
  );
  const taking = takingMemory(wishes, all);
  const once = wishes.level === 'quick' && wishes.seconds === undefined && wishes.passes === undefined;
  const boxed = wishes.seconds === undefined ? Math.max(share, Math.ceil(taking + onePass * 1.5)) : share;
  const passes = once ? 1 : (wishes.passes ?? null);
  const box = wishes.passes === undefined ? boxed : null;
  const seconds = passes === null ? boxed : Math.ceil(taking + onePass * passes);
  const flags = [
    '--memory',
    wishes.memory,
    '--backgrounds',
    String(backgrounds),
    ...(passes === null ? [] : ['--passes', String(passes)]),
    ...(box === null ? [] : ['--seconds', String(box)]),
    ...(boxed < 60 || once ? ['--retention', '0.2'] : []),
    '--progress',
    seconds > 3600 ? '10' : '1',
  ];
  return {
    name,
    driver: part.driver,
    memory: wishes.memory,
    seconds,
    passes,
    limit: box === null ? 0 : box + graceSeconds(true, context),
    arguments: flags,
  };
}
