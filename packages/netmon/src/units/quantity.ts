// Numbers for people, on the screen, in the page and in printed lines: three figures, SI prefixes. The unit stands in the heading
// or behind the number: a rate never stands without it. What is not known is `-`, or whatever the caller says: lines have `?`.

export type Units = 'bits' | 'bytes';

/** What the flag --bytes asks for. */
export function unitsOf({ bytes }: { readonly bytes: boolean }): Units {
  return bytes ? 'bytes' : 'bits';
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const dash = '-';

/** `0`, `<0.1`, `0.5`, `872`, `9.41G`; at most five characters */
export function shortNumber(value: number | null, unknown = dash): string {
  if (value === null) return unknown;
  const { digits, prefix } = scaled(value);
  return digits + prefix;
}

/** `9.41 Gbit/s`, `1.18 GB/s` */
export function rateText(bytesPerSecond: number | null, units: Units, unknown = dash): string {
  if (bytesPerSecond === null) return unknown;
  const { digits, prefix } = scaled(inUnits(bytesPerSecond, units));
  return `${digits} ${prefix}${units === 'bits' ? 'bit/s' : 'B/s'}`;
}

export function shortRate(bytesPerSecond: number | null, units: Units): string {
  return shortNumber(bytesPerSecond === null ? null : inUnits(bytesPerSecond, units));
}

/** `0.0`, `12.5`, `100`: a share from 0 to 1 in per cent, without the sign */
export function percent(share: number | null, unknown = dash): string {
  if (share === null) return unknown;
  const value = share * 100;
  if (value > 0 && value < 0.05) return '<0.1';
  return fixed(value, value >= 99.95 ? 0 : 1, true);
}

/** `0.0 %`, `12.5 %`: the same with its sign */
export function percentText(share: number | null, unknown = dash): string {
  return share === null ? unknown : `${percent(share)} %`;
}

/** `0.4 s`, `12 s`, `3 m`, `2 h`, `5 d` */
export function ageText(seconds: number | null): string {
  if (seconds === null) return dash;
  if (seconds < 9.95) return `${fixed(Math.max(0, seconds), 1, true)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5970) return `${Math.round(seconds / 60)} m`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** `100 Mbit/s`, `25 Gbit/s`: the speed of a link, in bits whatever the units of rates */
export function speedText(megabits: number | null): string {
  if (megabits === null) return dash;
  return megabits >= 1000 ? `${megabits / 1000} Gbit/s` : `${megabits} Mbit/s`;
}

function inUnits(bytesPerSecond: number, units: Units): number {
  return units === 'bits' ? bytesPerSecond * 8 : bytesPerSecond;
}

function scaled(value: number): { readonly digits: string; readonly prefix: string } {
  if (Number.isNaN(value)) return { digits: dash, prefix: '' };
  if (value <= 0) return { digits: '0', prefix: '' };
  if (value < 0.1) return { digits: '<0.1', prefix: '' };
  let step = 0;
  let rest = value;
  // 999.5 would be shown as 1000 of the smaller unit.
  while (rest >= 999.5 && step < prefixes.length - 1) {
    rest /= 1000;
    step += 1;
  }
  const digits = step === 0 ? (rest < 9.95 ? 1 : 0) : rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0;
  return { digits: fixed(rest, digits, step > 0), prefix: prefixes[step] ?? '' };
}

/** toFixed for small numbers, which is most of what a frame costs; `9.0` of bare numbers is `9`. */
function fixed(value: number, digits: 0 | 1 | 2, keepZeros: boolean): string {
  if (digits === 0) return String(Math.round(value));
  const factor = digits === 1 ? 10 : 100;
  const scaled = Math.round(value * factor);
  const texts = keepZeros ? fixedTexts[digits] : undefined;
  const known = texts?.[scaled];
  if (known !== undefined) return known;
  const made = madeFixed(scaled, factor, keepZeros);
  if (texts !== undefined && scaled < textsKept) texts[scaled] = made;
  return made;
}

function madeFixed(scaled: number, factor: 10 | 100, keepZeros: boolean): string {
  const whole = Math.trunc(scaled / factor);
  const rest = scaled - whole * factor;
  if (rest === 0 && !keepZeros) return String(whole);
  return `${whole}.${factor === 100 && rest < 10 ? '0' : ''}${rest}`;
}

/** A screen of a thousand rows shows ten thousand numbers, and few different ones. */
const fixedTexts: Readonly<Record<1 | 2, string[]>> = { 1: [], 2: [] };
const textsKept = 1001;
