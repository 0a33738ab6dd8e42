// Durations as people type them on command lines and in the cluster file.
import { HeorotError } from '@heorot/inventory';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Milliseconds of `10`, `10s`, `1.5h`, `500ms`, `2m`, `1d`, `1h30m`; a bare number is seconds.
 * @throws HeorotError `usage`
 */
export function parseDuration(text: string): number {
  const bare = /^\d+(\.\d+)?$/.test(text);
  const parts = bare ? [`${text}s`] : (text.match(/\d+(?:\.\d+)?(?:ms|[smhd])/g) ?? []);
  const total = parts.map(partMs).reduce((sum, ms) => sum + ms, 0);
  if (parts.length === 0 || (!bare && parts.join('') !== text) || !Number.isSafeInteger(Math.round(total))) {
    throw new HeorotError('usage', `'${text}' is not a duration`, {
      hint: 'write 10, 10s, 500ms, 2m, 1h or 1h30m',
    });
  }
  return Math.round(total);
}

function partMs(part: string): number {
  const value = Number.parseFloat(part);
  const unit = part.replace(/^[\d.]+/, '');
  return unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h' || unit === 'd'
    ? value * unitMs[unit]
    : Number.NaN;
}
