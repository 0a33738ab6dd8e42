// The terminal for all others while the screen has it: what they say on stderr waits until the screen is gone, and who asks
// for a passphrase gets the terminal for as long as the question takes.
import { PassThrough, Writable } from 'node:stream';
import type { CommandContext } from '@heorot/cli';
import type { Screen } from '../screen/screen.ts';

export interface BorrowedTerminal extends Disposable {
  /** As the command's own, but for stdin and stderr. */
  readonly context: CommandContext;
  /** From now on the screen is asked for the terminal; before, and when it is gone, it is free. */
  lendBy(screen: Screen): void;
}

/** A node that complains each second must not fill the memory of a week. */
const linesKept = 200;

export function borrowedTerminal(context: CommandContext): BorrowedTerminal {
  let screen: Screen | undefined;
  let lent: Disposable | undefined;
  let held: string[] = [];
  const release = (): void => {
    for (const text of held) context.stderr.write(text);
    held = [];
  };
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      held.push(chunk.toString());
      if (held.length > linesKept) held.shift();
      if (screen === undefined || lent !== undefined) release();
      done();
    },
  });
  const answers = new PassThrough();
  const pass = (data: Buffer): void => void answers.write(data);
  const stdin = Object.assign(answers, {
    isTTY: context.stdin.isTTY === true,
    // Who reads a secret turns the echo off first and on afterwards: cli/prompt/read-line.ts.
    setRawMode(raw: boolean): void {
      if (raw && lent === undefined) {
        lent = screen?.lend();
        context.stdin.setRawMode?.(true);
        context.stdin.on('data', pass).resume();
        release();
      } else if (!raw) {
        context.stdin.off('data', pass).pause();
        context.stdin.setRawMode?.(false);
        lent?.[Symbol.dispose]();
        lent = undefined;
      }
    },
  });
  return {
    context: { ...context, stdin, stderr },
    lendBy: (by) => {
      screen = by;
    },
    [Symbol.dispose]: release,
  };
}
