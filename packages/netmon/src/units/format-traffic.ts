// Traffic for people: link speeds are told in SI bits, so rates are too unless bytes are wished. Never without the unit.

export interface TrafficUnit {
  /** Bytes a second instead of bits. */
  readonly bytes: boolean;
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];

/** `0 bit/s`, `950 bit/s`, `9.41 Gbit/s`, `1.18 GB/s`; three figures, powers of 1000; `?` where it is not known. */
export function formatTraffic(bytesPerSecond: number | null, { bytes }: TrafficUnit): string {
  if (bytesPerSecond === null) return unknown;
  return `${scaled(bytes ? bytesPerSecond : bytesPerSecond * 8)}${bytes ? 'B/s' : 'bit/s'}`;
}

/** `0`, `12`, `0.5`, `1.49 M`: a count a second. */
export function formatCount(perSecond: number | null): string {
  if (perSecond === null) return unknown;
  if (perSecond > 0 && perSecond < 10) return trimmed(perSecond, 2);
  return scaled(perSecond).trimEnd();
}

/** `0 %`, `0.05 %`, `99.8 %`, of a share from 0 to 1. */
export function formatShare(share: number | null): string {
  if (share === null) return unknown;
  const percent = share * 100;
  return `${trimmed(percent, percent >= 99.95 ? 0 : percent >= 9.995 ? 1 : 2)} %`;
}

/** What stands for a figure that is not known. */
export const unknown = '?';

function scaled(value: number): string {
  let [scale, prefix] = [value, 0];
  // 999.5 would be shown as 1000 of the smaller unit.
  while (scale >= (prefix === 0 ? 1000 : 999.5) && prefix < prefixes.length - 1) {
    scale /= 1000;
    prefix += 1;
  }
  const digits = prefix === 0 || scale >= 99.95 ? 0 : scale >= 9.995 ? 1 : 2;
  return `${scale.toFixed(digits)} ${prefixes[prefix] ?? ''}`;
}

function trimmed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return digits === 0 ? text : text.replace(/\.?0+$/, '');
}
