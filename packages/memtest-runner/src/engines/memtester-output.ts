// From what Debian's memtester printed to an engine report. It writes for eyes: backspaces and a spinner even into a pipe,
// names of tests to stdout and failures to stderr, offsets that count from a half of its buffer.
import { type EngineReport, FINDING_LIMIT, type Finding } from '../model/engine-report.ts';
import { xorOf } from '../model/hex.ts';

export interface MemtesterOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null while it runs, or when a signal ended it. Bits: 1 start, lock or usage; 2 stuck address; 4 another test. */
  readonly exitCode: number | null;
}

/** @example readMemtester({ stdout, stderr: '', exitCode: 0 }).bytesTested // less than asked if mlock shrank it */
export function readMemtester({ stdout, stderr, exitCode }: MemtesterOutput): EngineReport {
  const lines = eraseBackspaces(stdout).split('\n');
  const version = /memtester version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const wanted = lastNumber(stdout, /^want\s+\d+MB \((\d+) bytes\)/gm);
  const got = lastNumber(stdout, /got\s+\d+MB \((\d+) bytes\)/g);
  const passes = completeLoops(lines, exitCode);
  const failures = stderr.split('\n').flatMap((line) => readFailure(line) ?? []);
  const failedTests = lines.flatMap((line) => failedTest(line) ?? []);
  return {
    engine: 'memtester',
    variant: `memtester ${version}, mask ${/using testmask (\S+)/.exec(stdout)?.[1] ?? 'all'}`,
    ending: endingOf(stdout, exitCode),
    requestedBytes: wanted,
    bytesTested: passes > 0 ? (got ?? 0) : 0,
    passes,
    cpuSeconds: null,
    wallSeconds: null,
    bytesPerSecond: null,
    findings: failures.slice(0, FINDING_LIMIT),
    findingCount: Math.max(
      failures.length,
      failedTests.length,
      exitCode !== null && (exitCode & 6) !== 0 ? 1 : 0,
    ),
    notes: notesOf(stdout, wanted, got),
  };
}

/** What is left on a line after its backspaces, as a terminal would show it at the end. */
export function eraseBackspaces(text: string): string {
  if (!text.includes('\b')) return text;
  return text.split('\n').map(overwrite).join('\n');
}

/** A backspace moves left; the next character replaces what stood there. */
function overwrite(line: string): string {
  const cells: string[] = [];
  let column = 0;
  for (const character of line) {
    if (character === '\b') column = Math.max(0, column - 1);
    else if (character === '\r') column = 0;
    else cells[column++] = character;
  }
  return cells.join('').trimEnd();
}

function lastNumber(text: string, pattern: RegExp): number | null {
  const match = [...text.matchAll(pattern)].at(-1)?.[1];
  return match === undefined ? null : Number(match);
}

/** A loop is over when the next one begins, or the program ended by itself after it. */
function completeLoops(lines: readonly string[], exitCode: number | null): number {
  const begun = lines.filter((line) => line.startsWith('Loop ')).length;
  const ended = lines.includes('Done.') || (exitCode !== null && begun > 0 && (exitCode & 1) === 0);
  return ended ? begun : Math.max(0, begun - 1);
}

function endingOf(stdout: string, exitCode: number | null): EngineReport['ending'] {
  if (exitCode === null) return 'unfinished';
  if ((exitCode & 1) !== 0 || exitCode > 7) return exitCode > 128 ? 'unfinished' : 'failed';
  return stdout.includes('Loop ') ? 'complete' : 'failed';
}

/** `  Checkerboard        : ok`; anything else after the colon at the end of a finished test is a failure. */
function failedTest(line: string): readonly string[] | null {
  const name = /^ {2}(\S.*?) *: FAIL/i.exec(line)?.[1];
  return name === undefined ? null : [name];
}

const mismatch = /FAILURE: (0x[0-9a-f]+) != (0x[0-9a-f]+) at (offset|physical address) (0x[0-9a-f]+)/;
const address = /FAILURE: possible bad address line at (offset|physical address) (0x[0-9a-f]+)/;

function readFailure(line: string): readonly Finding[] | null {
  const values = mismatch.exec(line);
  if (values !== null) {
    // The two halves are compared with each other: neither value is the expected one for sure.
    const [, first = '', second = '', kind = '', at = ''] = values;
    return [
      finding('comparison of halves', at, kind === 'offset' ? 'half-buffer' : 'physical', first, second),
    ];
  }
  const [, kind, at] = address.exec(line) ?? [];
  if (at === undefined) return null;
  return [finding('Stuck Address', at, kind === 'offset' ? 'buffer' : 'physical', null, null)];
}

function finding(
  test: string,
  at: string,
  addressKind: Finding['addressKind'],
  first: string | null,
  second: string | null,
): Finding {
  return {
    test,
    address: at,
    addressKind,
    physicalAddress: addressKind === 'physical' ? at : null,
    expected: second,
    actual: first,
    xor: first === null || second === null ? null : xorOf(second, first),
    cpuWrote: null,
    cpuRead: null,
    kind: null,
    blame: null,
    at: null,
  };
}

function notesOf(stdout: string, wanted: number | null, got: number | null): readonly string[] {
  return [
    ...(wanted !== null && got !== null && got < wanted
      ? [`asked for ${wanted} bytes, could lock only ${got}: raise the memlock limit`]
      : []),
    ...(/unlocked memory/.test(stdout) ? ['memory was not locked: part of it may have been on disk'] : []),
  ];
}
