// Times as people here read them.

export function clockText(ms: number): string {
  const time = new Date(ms);
  const today = new Date().toDateString() === time.toDateString();
  return today ? time.toLocaleTimeString() : time.toLocaleString();
}

/** For an input of the kind `datetime-local`, which knows no zones. */
export function inputTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

const daySeconds = 86_400;

/** Below an axis, no longer than its ticks need: `3:12`, `3:12:05`, `11/22`. */
export function tickText(ms: number, stepSeconds: number): string {
  const time = new Date(ms);
  const day = { month: 'numeric', day: 'numeric' } as const;
  if (stepSeconds >= daySeconds) return time.toLocaleDateString(undefined, day);
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  if (stepSeconds < 60) return time.toLocaleTimeString(undefined, { ...clock, second: '2-digit' });
  if (stepSeconds < 3 * 3600) return time.toLocaleTimeString(undefined, clock);
  return time.toLocaleString(undefined, { ...day, ...clock });
}

/** `10 s`, `2 min`, `1 h` */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${ms / 1000} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
