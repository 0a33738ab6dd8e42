// The beat of a source: each node is asked once an interval, at absolute times, spread over the interval so that answers
// do not come in bursts; and a while after each question it is looked whether the answer is there.

export interface Paced {
  /** Time to ask. */
  tick(nowMs: number): void;
  /** Time to look whether the last question was answered: {@link patience} of an interval later. */
  check(nowMs: number): void;
  /** This machine stood still for so long: no answer could be taken in. */
  excuse(forMs: number): void;
}

/** A tick that is not answered after this part of an interval is late; one interval more, and the node is down. */
export const patience = 0.4;

/** Timers closer than that only cost. */
const shortestSlotMs = 5;
const fewestSlots = 10;

/** Begins at once and goes on until it is disposed. */
export function pace(members: readonly Paced[], intervalMs: number): Disposable {
  const most = Math.max(fewestSlots, Math.floor(intervalMs / shortestSlotMs));
  const count = Math.min(most, Math.max(fewestSlots, members.length));
  const slotMs = intervalMs / count;
  const behind = Math.round(count * patience);
  const slots = Array.from({ length: count }, (_, slot) =>
    members.filter((_member, index) => Math.floor((index * count) / members.length) === slot),
  );
  const startedMs = performance.now();
  let step = 0;
  let timer = setTimeout(advance, 0);

  function advance(): void {
    const nowMs = performance.now();
    const late = nowMs - startedMs - step * slotMs;
    if (late > intervalMs / 2) {
      // Suspended, stopped or overloaded: what was missed is left out, and no node is blamed for it.
      for (const member of members) member.excuse(late);
      step = Math.ceil((nowMs - startedMs) / slotMs);
    }
    for (; startedMs + step * slotMs <= nowMs; step++) {
      for (const member of slots[step % count] ?? []) member.tick(nowMs);
      if (step < behind) continue;
      for (const member of slots[(step - behind) % count] ?? []) member.check(nowMs);
    }
    timer = setTimeout(advance, Math.max(0, startedMs + step * slotMs - performance.now()));
  }

  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
