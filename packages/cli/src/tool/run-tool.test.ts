import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { HeorotError } from '@heorot/inventory';
import { describe, expect, it } from 'vitest';
import { allOf } from '../testing/all-of.ts';
import { remoteTool, verbTool } from '../testing/sample-tool.ts';
import { type ProcessLike, runTool } from './run-tool.ts';
import type { CommandContext, Tool, Verb } from './tool.ts';

function host(argv: readonly string[], parts: Partial<ProcessLike> = {}) {
  const signals = new EventEmitter();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const exits: number[] = [];
  const process: ProcessLike = {
    argv: ['node', 'tool', ...argv],
    env: {},
    cwd: () => '/',
    exit: (code) => exits.push(code),
    on: (event, listener) => signals.on(event, listener),
    off: (event, listener) => signals.off(event, listener),
    stdin,
    stdout,
    stderr,
    ...parts,
  };
  return {
    process,
    signals,
    exits,
    out: () => allOf(stdout),
    err: () => allOf(stderr),
  };
}

async function run(tool: Tool, argv: readonly string[], parts: Partial<ProcessLike> = {}) {
  const { process, out, err } = host(argv, parts);
  const code = await runTool(tool, process, { version: '1.2.3' });
  return { code, out: out(), err: err() };
}

/** The remote tool with another action. */
function acting(action: (context: CommandContext) => Promise<number>, more: Partial<Verb> = {}): Tool {
  const verb = remoteTool.verbs[''];
  if (verb === undefined) throw new Error('the sample tool has lost its verb');
  return { ...remoteTool, verbs: { '': { ...verb, ...more, run: (_input, context) => action(context) } } };
}

describe('a command line', () => {
  it('reaches the verb as values, operands and the sequence typed', async () => {
    const { code, out, err } = await run(remoteTool, ['-x', 'n1', '-bw', 'n[1-2]', 'uname', '-r', '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      flags: { nodes: ['n[1-2]'], exclude: ['n1'], gather: true, fanout: 64 },
      operands: ['uname', '-r', '--help'],
      sequence: [
        { flag: 'exclude', value: 'n1' },
        { flag: 'gather', value: '' },
        { flag: 'nodes', value: 'n[1-2]' },
      ],
    });
  });

  it('never reads stdin for an operand that is missing', async () => {
    const stdin = new PassThrough();
    stdin.end('not an operand\n');
    const { out } = await run(remoteTool, ['-w', 'n1'], { stdin });
    expect(JSON.parse(out)).toMatchObject({ operands: [] });
    expect(allOf(stdin)).toBe('not an operand\n');
  });

  it.each([
    [['fold', 'n1', 'n2'], 'folds n1 n2\n'],
    [['lab', 'up'], 'start\n'],
  ])('%j runs its verb', async (argv, text) => {
    expect(await run(verbTool, argv)).toEqual({ code: 0, out: text, err: '' });
  });

  it.each([
    [verbTool, ['flod'], "verbs: unknown verb 'flod'\n  did you mean 'fold'?\n"],
    [verbTool, [], 'verbs: a verb is needed\n  see verbs --help\n'],
    [verbTool, ['fold', '--autostp', '3'], 'verbs: unknown flag --autostp\n  did you mean --autostep?\n'],
    [
      verbTool,
      ['fold', '--format'],
      'verbs: flag --format needs a value (FORMAT)\n  see verbs fold --help\n',
    ],
  ])('a mistake is told in one line: %#', async (tool, argv, text) => {
    expect(await run(tool, argv)).toEqual({ code: 2, out: '', err: text });
  });
});

describe('what is answered at once', () => {
  it.each([['--version'], ['-V'], ['-a', '--version']])('%s %s', async (...argv) => {
    expect(await run(remoteTool, argv)).toEqual({ code: 0, out: 'sample 1.2.3\n', err: '' });
  });

  it.each([[['-h']], [['--help']], [['-a', '-h']], [['-bh', 'uname']], [['--help', '--bogus']]])(
    '%j is help',
    async (argv) => {
      const { code, out } = await run(remoteTool, argv);
      expect([code, out.split('\n', 1)[0]]).toEqual([0, 'Usage: sample [FLAGS] COMMAND [ARG...]']);
    },
  );

  it.each([[['fold', '--help']], [['help', 'fold']], [['fold', 'n1', '-h']]])(
    '%j is help for the verb',
    async (argv) => {
      expect((await run(verbTool, argv)).out).toContain('Usage: verbs fold [FLAGS] [SET...]');
    },
  );

  it.each([[['lab', 'up', '--help']], [['lab', 'up', '-h']], [['help', 'lab', 'up']]])(
    '%j is help for the verb of two words',
    async (argv) => {
      expect((await run(verbTool, argv)).out).toContain('Usage: verbs lab up [FLAGS]');
    },
  );

  it.each([[['lab', '--help']], [['help', 'lab']]])('%j lists what is below', async (argv) => {
    const { out } = await run(verbTool, argv);
    expect(out).toContain('lab up');
    expect(out).not.toContain('fold');
  });

  it('help for an unknown verb suggests one', async () => {
    expect(await run(verbTool, ['help', 'flod'])).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean 'fold'?"),
    });
  });

  it('a completion script for a shell, and only for those there are', async () => {
    expect((await run(remoteTool, ['--completion', 'bash'])).out).toContain('complete -F');
    expect(await run(remoteTool, ['--completion', 'csh'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('bash, zsh, fish'),
    });
  });
});

describe('how a run ends', () => {
  it('with the exit code of the verb', async () => {
    expect(
      (
        await run(
          acting(async () => 7),
          [],
        )
      ).code,
    ).toBe(7);
  });

  it('with the code of the error, told once', async () => {
    const failing = acting(() =>
      Promise.reject(new HeorotError('group-unknown', "no group 'x'", { hint: 'y?' })),
    );
    expect(await run(failing, [])).toEqual({ code: 3, out: '', err: "sample: no group 'x'\n  y?\n" });
  });

  it('with 70 and the trace on demand where it is our fault', async () => {
    const broken = acting(() => Promise.reject(new TypeError('boo')));
    expect((await run(broken, [])).err).not.toContain('run-tool.test.ts');
    const { code, err } = await run(broken, ['--debug']);
    expect([code, err]).toEqual([70, expect.stringContaining('run-tool.test.ts')]);
  });

  it('with 130 after Ctrl-C, whatever the verb says', async () => {
    const { process, signals } = host([]);
    const waiting = acting(async ({ signal }) => {
      setImmediate(() => signals.emit('SIGINT'));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 0;
    });
    expect(await runTool(waiting, process, { version: '' })).toBe(130);
    expect(signals.eventNames()).toEqual([]);
  });

  it.each([
    ['the runner', {}, '\nsample: interrupted: starting nothing new; Ctrl-C again to stop now\n'],
    ['the verb itself', { tellsInterrupts: true }, ''],
  ])('with a word from %s at the first Ctrl-C on a terminal', async (_, more, said) => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    const { process, signals } = host([], { stderr });
    const draining = async ({ drain }: CommandContext) => {
      setImmediate(() => signals.emit('SIGINT'));
      await new Promise((resolve) => drain.addEventListener('abort', resolve));
      return 0;
    };
    expect(await runTool(acting(draining, more), process, { version: '' })).toBe(130);
    expect(allOf(stderr)).toBe(said);
  });

  it('with 70 after an error that nobody awaited, once the verb has cleaned up', async () => {
    const { process, signals, err } = host([]);
    const waiting = acting(async ({ signal }) => {
      setImmediate(() => signals.emit('uncaughtException', new TypeError('boo')));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 0;
    });
    expect(await runTool(waiting, process, { version: '' })).toBe(70);
    expect(err()).toContain('sample: unexpected error: boo');
  });

  it('quietly when the reader of stdout goes away, and the verb is stopped', async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' })),
    });
    let stopped = false;
    const printing = acting(async (context) => {
      context.stdout.write('x');
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      stopped = true;
      return 0;
    });
    expect(await run(printing, [], { stdout })).toEqual({ code: 141, out: '', err: '' });
    expect(stopped).toBe(true);
  });

  it('loudly when stdout cannot be written for another reason', async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' })),
    });
    const printing = acting(async (context) => {
      context.stdout.write('x');
      return 0;
    });
    expect(await run(printing, [], { stdout })).toEqual({
      code: 3,
      out: '',
      err: 'sample: ENOSPC: no space left\n',
    });
  });

  it('and says it once where the verb noticed it as well', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(full) });
    const printing = acting(async (context) => {
      context.stdout.write('x');
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      throw full;
    });
    const { process, err } = host([], { stdout });
    expect(await runTool(printing, process, { version: '' })).toBe(3);
    expect(err()).toBe('sample: ENOSPC: no space left\n');
  });

  it('with the terminal as it was', async () => {
    const modes: boolean[] = [];
    const stdin = Object.assign(new PassThrough(), {
      isTTY: true,
      isRaw: true,
      setRawMode: (raw: boolean) => modes.push(raw),
    });
    await run(
      acting(() => Promise.reject(new Error('boo'))),
      [],
      { stdin },
    );
    expect(modes).toEqual([false]);
  });

  it('with everything written, at the pace of a slow reader', async () => {
    let received = 0;
    const stdout = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        received += chunk.length;
        setImmediate(done);
      },
    });
    const printing = acting(async (context) => {
      for (let line = 0; line < 100; line++) context.stdout.write('0123456789');
      return 0;
    });
    await run(printing, [], { stdout });
    expect(received).toBe(1000);
  });
});

it('errors are coloured only where asked', async () => {
  const failing = acting(() => Promise.reject(new HeorotError('usage', 'oh', { hint: 'x' })));
  expect((await run(failing, ['--color=always'])).err).toBe('sample: \u001b[31moh\u001b[39m\n  x\n');
  expect((await run(failing, [])).err).toBe('sample: oh\n  x\n');
});
