// Times of day for people, in the time zone of the head.

const dayMs = 86_400_000;

/** `03:12:05`; with the date, `11-21 03:12:05`, when it is more than half a day away from now. */
export function clockTime(timeMs: number, nowMs: number = timeMs): string {
  const date = new Date(timeMs);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  if (Math.abs(nowMs - timeMs) < dayMs / 2) return time;
  return `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${time}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
