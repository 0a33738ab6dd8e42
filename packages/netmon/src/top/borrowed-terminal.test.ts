import { PassThrough } from 'node:stream';
import { askSecret, type CommandContext, plainTheme } from '@heorot/cli';
import { describe, expect, it } from 'vitest';
import { Screen } from '../screen/screen.ts';
import { borrowedTerminal } from './borrowed-terminal.ts';

/** A terminal made of streams: what is typed into it, and all that is written to it in order. */
function streams() {
  let raw = false;
  let written = '';
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (wanted: boolean) => {
      raw = wanted;
    },
  });
  const output = () =>
    Object.assign(new PassThrough(), { isTTY: true }).on('data', (data: Buffer) => {
      written += data.toString();
    });
  const [stdout, stderr] = [output(), output()];
  const context: CommandContext = {
    stdin,
    stdout,
    stderr,
    env: {},
    cwd: '/',
    theme: { stdout: plainTheme, stderr: plainTheme },
    drain: new AbortController().signal,
    signal: new AbortController().signal,
    takeInterrupts: () => ({ [Symbol.dispose]: () => {} }),
  };
  return { context, type: (text: string) => stdin.write(text), isRaw: () => raw, written: () => written };
}

const quiet = { keys: () => {}, stale: () => {}, gone: () => {} };
const options = { colorLevel: 0, ascii: false } as const;
const alternate = '\u001b[?1049h';
const main = '\u001b[?1049l';

describe('a terminal that the screen has', () => {
  it('hears what others say when the screen is gone', async () => {
    const terminal = streams();
    {
      using borrowed = borrowedTerminal(terminal.context);
      borrowed.context.stderr.write('before\n');
      {
        using screen = new Screen(terminal.context, quiet, options);
        borrowed.lendBy(screen);
        borrowed.context.stderr.write('n7: a warning\n');
        await expect.poll(terminal.written).toContain(alternate);
        expect(terminal.written()).not.toContain('warning');
      }
    }
    await expect.poll(terminal.written).toMatch(/^before\n[^]*1049h[^]*1049l[^]*n7: a warning\n$/);
  });

  it('is lent to who asks for a passphrase, and the screen comes back', async () => {
    const terminal = streams();
    const keys: string[] = [];
    const listener = {
      ...quiet,
      keys: (pressed: readonly { kind: string }[]) => void keys.push(...pressed.map(({ kind }) => kind)),
    };
    using borrowed = borrowedTerminal(terminal.context);
    using screen = new Screen(terminal.context, listener, options);
    borrowed.lendBy(screen);
    const answer = askSecret(borrowed.context, 'passphrase: ');
    await expect.poll(terminal.written).toMatch(/1049l[^]*passphrase: $/);
    terminal.type('secret\r');
    expect(await answer).toBe('secret');
    await expect.poll(terminal.written).toMatch(/passphrase: [^]*1049h/);
    expect([keys, terminal.isRaw()]).toEqual([[], true]);
    expect(terminal.written().split(main)).toHaveLength(2);
    terminal.type('q');
    await expect.poll(() => keys).toEqual(['text']);
  });
});
