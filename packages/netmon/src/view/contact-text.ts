// How a node stands with its source, in a mark of one character and in words.
import { formatDuration } from '@heorot/cli';
import type { NodeStatus } from '../live/node-status.ts';
import { attribute, ink } from '../screen/style.ts';
import type { Contact, ContactState } from '../source/source.ts';
import { clockTime } from './clock-time.ts';
import type { Scene } from './scene.ts';

export interface ContactMark {
  readonly mark: string;
  readonly style: number;
}

const notYet: ContactMark = { mark: '.', style: attribute.dim };
const marks: Readonly<Record<ContactState, ContactMark>> = {
  waiting: notYet,
  connecting: notYet,
  starting: notYet,
  sampling: { mark: ' ', style: 0 },
  late: { mark: '~', style: ink.warning },
  down: { mark: '!', style: ink.bad | attribute.bold },
};

export function contactMark({ state }: Contact): ContactMark {
  return marks[state];
}

/** `down since 03:12:05 (4 m 05 s): connection refused`; what a node that has told nothing yet is doing. */
export function contactSentence({ contact, sample }: NodeStatus, { nowMs }: Pick<Scene, 'nowMs'>): string {
  const { state, sinceMs, detail } = contact;
  const why = detail === null ? '' : `: ${detail}`;
  if (state === 'down') {
    return `down since ${clockTime(sinceMs, nowMs)} (${formatDuration(wholeSeconds(nowMs - sinceMs))})${why}`;
  }
  if (state === 'sampling' && sample === undefined) return 'waiting for the first sample';
  return `${state}${why}`;
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000) * 1000);
}
