// What `netmon events` does: the log of events of a recording, filtered.
import { type CommandContext, ExitCode, type FlagValues, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { eventsFlags } from '../commands/events-command.ts';
import { ndjsonLine } from '../export/ndjson.ts';
import { type NetEvent, type NetEventName, netEventNames } from '../model/sample.ts';
import { openRecorded } from '../replay/open-recorded.ts';
import { printable } from '../units/printable.ts';
import { clockTime } from '../view/clock-time.ts';

type EventsFlags = FlagValues<typeof eventsFlags>;

/** @throws HeorotError `usage`, `recording-*` */
export async function events(
  operands: readonly string[],
  flags: EventsFlags,
  context: CommandContext,
): Promise<number> {
  const names = flags.event.map(parseName);
  using recorded = await openRecorded(operands, flags, flags.from, context, 'all');
  const { recording, nodes, span } = recorded;
  const found = recording.events({
    // A node that never answered has events, but no readings.
    ...(recorded.chosen ? { nodes: [...nodes] } : {}),
    ...(names.length === 0 ? {} : { names }),
    ...span,
  });
  const nowMs = Date.now();
  const line = flags.ndjson ? ndjsonLine : (event: NetEvent) => eventText(event, nowMs);
  await writeAll(context.stdout, found.map(line).join(''));
  if (!flags.quiet && !flags.ndjson) context.stderr.write(`${lastLine(found)}\n`);
  return ExitCode.ok;
}

function parseName(text: string): NetEventName {
  const name = netEventNames.find((each) => each === text);
  if (name !== undefined) return name;
  throw new HeorotError('usage', `flag --event: there is no event '${text}'`, {
    hint: `one of: ${netEventNames.join(', ')}`,
  });
}

function eventText({ time, node, event, detail }: NetEvent, nowMs: number): string {
  return `${clockTime(Date.parse(time), nowMs)} ${node} ${event}: ${printable(detail)}\n`;
}

/** `5 events: 3 down, 2 up` */
function lastLine(found: readonly NetEvent[]): string {
  const counts = [...Map.groupBy(found, ({ event }) => event)]
    .map(([name, those]) => [name, those.length] as const)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => `${count} ${name}`);
  const total = `${found.length} ${found.length === 1 ? 'event' : 'events'}`;
  return counts.length === 0 ? total : `${total}: ${counts.join(', ')}`;
}
