// What a serial console has shown so far, read again with each piece, in bounded memory: a machine that prints errors for days
// must not fill the head.
import { isMemtest86Log, readMemtest86Log } from '../engines/memtest86-log.ts';
import { memtest86Position, readMemtest86Screen } from '../engines/memtest86-screen.ts';
import { TerminalScreen } from '../engines/terminal-screen.ts';
import type { EngineReport, Finding } from '../model/engine-report.ts';
import { FINDING_LIMIT } from '../model/engine-report.ts';

/** Past this, the oldest half of the text is read for the last time and let go. */
const MOST_TEXT = 4 * 2 ** 20;

export class SerialReading {
  readonly #passesWanted: number;
  readonly #screen = new TerminalScreen();
  #text = '';
  #before: EngineReport | undefined;

  constructor(passesWanted: number) {
    this.#passesWanted = passesWanted;
  }

  push(bytes: Uint8Array): void {
    // The console sends single bytes; code page 437 above 127 is of no matter here.
    const text = Buffer.from(bytes).toString('latin1');
    this.#screen.write(text);
    this.#text += text;
    if (this.#text.length <= MOST_TEXT) return;
    const cut = this.#text.lastIndexOf('\n', this.#text.length / 2);
    const at = cut > 0 ? cut : this.#text.length / 2;
    this.#before = merged(this.#before, this.#read(this.#text.slice(0, at)));
    this.#text = this.#text.slice(at);
  }

  report(): EngineReport {
    return merged(this.#before, this.#read(this.#text));
  }

  /** What it does at this moment; null before it has begun, or when it writes a log. */
  position(): string | null {
    return memtest86Position(this.#screen.lines());
  }

  #read(text: string): EngineReport {
    return isMemtest86Log(text)
      ? readMemtest86Log(text, this.#passesWanted)
      : readMemtest86Screen(text, this.#passesWanted);
  }
}

/** Counters on the console only grow; errors of both parts are told, each once. */
function merged(before: EngineReport | undefined, now: EngineReport): EngineReport {
  if (before === undefined) return now;
  const findings = new Map<string, Finding>();
  for (const finding of [...before.findings, ...now.findings]) findings.set(JSON.stringify(finding), finding);
  return {
    ...now,
    variant: now.variant.endsWith('unknown') ? before.variant : now.variant,
    ending: before.ending === 'complete' ? 'complete' : now.ending,
    requestedBytes: now.requestedBytes ?? before.requestedBytes,
    bytesTested: Math.max(before.bytesTested, now.bytesTested),
    passes: Math.max(before.passes, now.passes),
    wallSeconds: now.wallSeconds ?? before.wallSeconds,
    findings: [...findings.values()].slice(0, FINDING_LIMIT),
    findingCount: Math.max(before.findingCount, now.findingCount),
  };
}
