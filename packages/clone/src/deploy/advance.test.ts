import { describe, expect, it } from 'vitest';
import { phases } from '../protocol/plan-step.ts';
import { advance, isOverdue } from './advance.ts';
import type { DeployEvent, Position } from './position.ts';
import { defaultSteps } from './step-table.ts';

/** Events as words: `turn`, `begin:image`, `failed:hash`; a number passes so many minutes, with the time-outs that fall due. */
function live(story: string, manualPower = false): string {
  let now = 0;
  let position: Position = { kind: 'queued', round: 1 };
  const apply = (event: DeployEvent): void => {
    position = advance(position, event, { now, table: defaultSteps, manualPower });
  };
  for (const word of story.split(' ').flatMap((each) => (each === 'INSTALL' ? install : [each]))) {
    if (/^\d+$/.test(word)) {
      now += Number(word) * 60_000;
      if (isOverdue(position, now)) apply({ kind: 'timeout' });
    } else apply(eventOf(word));
  }
  return show(position);
}

const install = ['admitted', ...phases.map((phase) => `begin:${phase}`), 'done'];

function eventOf(word: string): DeployEvent {
  const [kind = '', detail = ''] = word.split(':');
  const phase = phases.find((each) => each === detail);
  if (kind === 'begin' && phase !== undefined) return { kind, phase };
  if (kind === 'failed') return { kind, code: detail, text: 'as told' };
  const plain = (
    ['turn', 'powered', 'script', 'claim', 'admitted', 'done', 'answered', 'cancel', 'expire'] as const
  ).find((each) => each === kind);
  if (plain === undefined) throw new Error(`no event: ${word}`);
  return { kind: plain };
}

function show(position: Position): string {
  if (position.kind === 'queued') return `queued round ${position.round}`;
  if (position.kind === 'at') return `${position.step} round ${position.round} attempt ${position.attempt}`;
  const { ending, reason } = position;
  return reason === undefined ? ending : `${ending} at ${reason.step}: ${reason.code}`;
}

describe('a deployment', () => {
  it.each([
    ['goes its way', 'turn powered script claim INSTALL answered', 'deployed'],
    ['takes a machine that somebody else has started', 'script claim INSTALL answered', 'deployed'],
    ['heeds firmware that asks twice', 'turn powered script script claim script', 'admit round 1 attempt 1'],
    ['presses the button again', 'turn failed:power failed:power', 'power round 1 attempt 3'],
    ['gives up on a dead BMC', 'turn failed:power failed:power failed:power', 'failed at power: power'],
    ['powers anew a machine that does not ask', 'turn powered 6', 'queued round 2'],
    [
      'fails a machine that never asks',
      'turn powered 6 turn powered 6 turn powered 6',
      'failed at script: timeout',
    ],
    ['waits for a hand as long as it takes', 'turn powered 600', 'script round 1 attempt 1', true],
    [
      'fails a machine that falls silent and has no button',
      'script claim admitted 3',
      'failed at check: timeout',
      true,
    ],
    [
      'lets a machine without a button reboot itself',
      'script claim admitted begin:image failed:hash failed:hash failed:hash',
      'queued round 2',
      true,
    ],
    ['repeats a phase', 'script claim admitted begin:image failed:hash', 'image round 1 attempt 2'],
    [
      'does not repeat the hopeless',
      'script claim admitted failed:disk-changed',
      'failed at check: disk-changed',
    ],
    [
      'begins anew with a machine that restarts',
      'script claim admitted begin:image script claim admitted',
      'check round 2 attempt 1',
    ],
    [
      'is not moved by a boot script that anybody may ask for',
      'script claim admitted begin:image script',
      'image round 1 attempt 1',
    ],
    [
      'never goes back by a late mark',
      'script claim admitted begin:image begin:format',
      'image round 1 attempt 1',
    ],
    ['is not done before it has begun', 'script claim done', 'admit round 1 attempt 1'],
    ['fails a node that never answers as itself', 'script claim INSTALL 16', 'failed at answer: timeout'],
    [
      'can be cancelled at any time',
      'script claim admitted begin:image cancel answered',
      'cancelled at image: cancelled',
    ],
    ['expires', 'turn powered expire script', 'expired at script: expired'],
  ])('%s', (_, story, end, manual = false) => {
    expect(live(story, manual)).toBe(end);
  });
});
