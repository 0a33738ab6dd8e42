// From datagrams to readings: whom to believe, what is new, and the sample made whole again. Pure: bytes in, readings out, and
// what was dropped is counted by why.
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Reading } from '../../model/reading.ts';
import { SamplerSession } from '../../sampler/sampler-session.ts';
import { type Datagram, keyIdOf, openDatagram, sealBaseRequest } from './datagram.ts';
import { ReplayWindow } from './replay-window.ts';

export const dropReasons = [
  'foreign',
  'forged',
  'unreadable',
  /** Seen before, or of an earlier start of the agent. */
  'replayed',
  /** Came after its successor: the longer interval has been told already. */
  'late',
  /** Its base is not known: it was lost, or the collector began after it. It is asked for. */
  'baseless',
  /** Of a node that was not asked for. */
  'unknownNode',
] as const;

export type DropReason = (typeof dropReasons)[number];

export type Arrival =
  | {
      readonly kind: 'reading';
      readonly reading: Reading;
      /** How often this agent sends. */
      readonly intervalMs: number;
    }
  /** The agent is to send its base again: the bytes to answer it with. */
  | { readonly kind: 'baseless'; readonly answer: Uint8Array };

export interface InboxOptions {
  readonly key: Uint8Array;
  /** Nodes that may speak. */
  readonly nodes: readonly string[];
}

interface Talk {
  readonly startedMs: number;
  readonly window: ReplayWindow;
  base: number | undefined;
  declared: string;
  session: SamplerSession;
  /** Words of the base by their tag. */
  words: ReadonlyMap<string, string>;
}

const lineFeed = '\n';

export class AgentInbox {
  readonly #key: KeyObject;
  readonly #keyId: string;
  readonly #talks = new Map<string, Talk | undefined>();
  readonly #dropped = new Map<DropReason, number>();
  #taken = 0;

  constructor({ key, nodes }: InboxOptions) {
    this.#key = createSecretKey(key);
    this.#keyId = keyIdOf(key);
    for (const node of nodes) this.#talks.set(node, undefined);
  }

  /** Datagrams that became readings. */
  get taken(): number {
    return this.#taken;
  }

  get dropped(): Readonly<Record<DropReason, number>> {
    const count = (reason: DropReason) => this.#dropped.get(reason) ?? 0;
    return {
      foreign: count('foreign'),
      forged: count('forged'),
      unreadable: count('unreadable'),
      replayed: count('replayed'),
      late: count('late'),
      baseless: count('baseless'),
      unknownNode: count('unknownNode'),
    };
  }

  /** @param arrivedMs wall clock of the head, ms since 1970 */
  take(bytes: Uint8Array, arrivedMs: number): Arrival | undefined {
    const opened = openDatagram(bytes, this.#key, this.#keyId);
    if (opened.kind !== 'datagram') return this.#drop(opened.kind);
    const { datagram } = opened;
    if (!this.#talks.has(datagram.node)) return this.#drop('unknownNode');
    const talk = this.#talkOf(datagram);
    if (talk === undefined) return this.#drop('replayed');
    const freshness = talk.window.take(datagram.sequence);
    // A base that comes late is a base all the same, unless there is a newer one.
    if (freshness !== 'repeated') learn(talk, datagram);
    if (freshness !== 'new') return this.#drop(freshness === 'late' ? 'late' : 'replayed');
    if (talk.base !== datagram.base) {
      this.#drop('baseless');
      return { kind: 'baseless', answer: sealBaseRequest(datagram, this.#key) };
    }
    const reading = this.#reading(talk, datagram, arrivedMs);
    if (reading === undefined) return this.#drop('unreadable');
    this.#taken += 1;
    return { kind: 'reading', reading, intervalMs: datagram.intervalMs };
  }

  /** A later start begins anew; an earlier one is over, whatever it still says. */
  #talkOf({ node, startedMs }: Datagram): Talk | undefined {
    const known = this.#talks.get(node);
    if (known !== undefined && startedMs < known.startedMs) return undefined;
    if (known?.startedMs === startedMs) return known;
    const talk: Talk = {
      startedMs,
      window: new ReplayWindow(),
      base: undefined,
      declared: '',
      session: new SamplerSession(node),
      words: new Map(),
    };
    this.#talks.set(node, talk);
    return talk;
  }

  #reading(talk: Talk, { ticks, clock, words }: Datagram, arrivedMs: number): Reading | undefined {
    const told = new Map(words.map((word) => [tagOf(word), word]));
    // In the order of the base: interfaces that change their places look like others to what keeps readings.
    let line = `S ${ticks} ${clock}`;
    for (const [tag, word] of talk.words) line += ` ${told.get(tag) ?? word}`;
    for (const [tag, word] of told) if (!talk.words.has(tag)) line += ` ${word}`;
    const [output] = talk.session.push(Buffer.from(line + lineFeed), arrivedMs);
    return output?.kind === 'reading' ? output.reading : undefined;
  }

  #drop(reason: DropReason): undefined {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }
}

function learn(talk: Talk, { base, baseWords, declarations, node }: Datagram): void {
  if (baseWords === undefined || (talk.base !== undefined && base <= talk.base)) return;
  talk.base = base;
  talk.words = new Map(baseWords.map((word) => [tagOf(word), word]));
  const declared = declarations.join(lineFeed) + lineFeed;
  // Facts that did not change stay the same objects.
  if (declared === talk.declared) return;
  talk.declared = declared;
  talk.session = new SamplerSession(node);
  talk.session.push(Buffer.from(declared), 0);
}

/** `n3` of `n3:1,2,3`; the letter of all other words. */
function tagOf(word: string): string {
  const letter = word.charCodeAt(0);
  // n, r, e, h: one word an interface or a port.
  const many = letter === 110 || letter === 114 || letter === 101 || letter === 104;
  return many ? word.slice(0, word.indexOf(':')) : word.slice(0, 1);
}
