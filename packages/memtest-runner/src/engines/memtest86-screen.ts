// From the serial console of memtest86+ 6.x and 7.x, which is its screen of 25 lines with cursor addressing, to an engine report.
// It never ends by itself and tells no exit code: the caller says how many passes it waits for.
import { type EngineReport, FINDING_LIMIT, type Finding } from '../model/engine-report.ts';
import { xorOf } from '../model/hex.ts';
import { memtest86Place } from './memtest86-place.ts';
import { TerminalScreen } from './terminal-screen.ts';

const cursorMoves = new RegExp(`(?=${String.fromCharCode(27)}\\[\\d+;\\d+H)`);

/** @example readMemtest86Screen(consoleLog, 1).ending // 'complete' once the pass counter shows 1 */
export function readMemtest86Screen(stream: string, passesWanted: number): EngineReport {
  const screen = new TerminalScreen();
  const seen = new Map<string, Finding>();
  let passes = 0;
  let errors = 0;
  // The table of errors scrolls: each line is read when it has been written, not at the end.
  for (const piece of stream.split(cursorMoves)) {
    screen.write(piece);
    const text = screen.line(screen.row);
    const finding = readRow(text);
    if (finding !== null && seen.size < FINDING_LIMIT) seen.set(text, finding);
    passes = Math.max(passes, numberIn(text, /Pass: *(\d+) +Errors:/) ?? 0);
    errors = Math.max(errors, numberIn(text, /Errors: *(\d+)/) ?? 0);
  }
  const lines = screen.lines();
  const bytes = megabytes(lines);
  const version = /Memtest86\+ (v\S+)/.exec(lines[0] ?? '')?.[1] ?? 'unknown';
  return {
    engine: 'memtest86+',
    variant: `memtest86+ ${version}`,
    ending: passes >= passesWanted ? 'complete' : 'unfinished',
    requestedBytes: bytes,
    bytesTested: passes > 0 ? (bytes ?? 0) : 0,
    passes,
    cpuSeconds: null,
    wallSeconds: secondsIn(lines),
    bytesPerSecond: null,
    findings: [...seen.values()],
    findingCount: Math.max(errors, seen.size),
    notes: [],
  };
}

/** What it does at this moment, such as `pass 0 test 5 [Moving inversions, random pattern] 97 %`; null before it began. */
export function memtest86Position(lines: readonly string[]): string | null {
  const test = /Test #(\d+) +(\[.*?\])/.exec(lines.join('\n'));
  const passes = numberIn(lines.join('\n'), /Pass: *(\d+) +Errors:/);
  const percent = numberIn(lines[1] ?? '', /Pass +(\d+)%/);
  return test === null ? null : `pass ${passes ?? 0} test ${test[1]} ${test[2]} ${percent ?? 0} %`;
}

/** `  1      0    5   000002800008 (40MB)    1ac5f547ba7fec30  1ac5f547ba7fe830` */
function readRow(line: string): Finding | null {
  const match =
    /^ *(\d+) +(\d+) +(\d+) +([0-9a-f]{12,16}) \([\d.]+[KMGT]B\) +([0-9a-f]{8,16}) +([0-9a-f]{8,16})$/.exec(
      line,
    );
  if (match === null) return null;
  const [, cpu, , test, address, expected, found] = match;
  return {
    test: `test ${test}`,
    ...memtest86Place(test ?? '', `0x${address}`),
    expected: `0x${expected}`,
    actual: `0x${found}`,
    xor: xorOf(`0x${expected}`, `0x${found}`),
    cpuWrote: null,
    cpuRead: Number(cpu),
    kind: null,
    blame: null,
    at: null,
  };
}

function numberIn(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function megabytes(lines: readonly string[]): number | null {
  const [, size, unit] = /^Memory +: +([\d.]+)(MB|GB|TB)/m.exec(lines.join('\n')) ?? [];
  if (size === undefined) return null;
  return Math.round(Number(size) * (unit === 'TB' ? 2 ** 40 : unit === 'GB' ? 2 ** 30 : 2 ** 20));
}

function secondsIn(lines: readonly string[]): number | null {
  const [, hours, minutes, seconds] = /Time: +(\d+):(\d\d):(\d\d)/.exec(lines.join('\n')) ?? [];
  return hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
