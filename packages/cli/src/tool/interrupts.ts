// Ctrl-C and other signals as two abort signals: drain (start nothing new) and stop (end everything now).
import { ExitCode } from './tool.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Where signals come from: the process, or an emitter in tests. */
export interface SignalSource {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
}

export interface Interrupts extends Disposable {
  readonly drain: AbortSignal;
  readonly stop: AbortSignal;
  /** 128 + the number of the signal that came, as a shell says it; undefined when none came. */
  exitCode(): number | undefined;
  takeInterrupts(listener: () => void): Disposable;
  /** Stops for another reason: stdout is closed. */
  stopNow(reason: unknown): void;
}

export interface InterruptOptions {
  /** On a terminal the first Ctrl-C drains and the second stops; without one the first stops. */
  readonly interactive: boolean;
  /** Says what the first Ctrl-C did. */
  readonly say: (line: string) => void;
  /** The last resort, on a Ctrl-C after stop: leaves at once. */
  readonly leave: (exitCode: number) => void;
}

const exitCodes = { SIGINT: ExitCode.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

export function listenForInterrupts(
  source: SignalSource,
  { interactive, say, leave }: InterruptOptions,
): Interrupts {
  const draining = new AbortController();
  const stopping = new AbortController();
  const takers: (() => void)[] = [];
  let received: StopSignal | undefined;

  const stopNow = (reason: unknown) => {
    draining.abort(reason);
    stopping.abort(reason);
  };
  const onInterrupt = () => {
    const taker = takers.at(-1);
    if (taker !== undefined) return taker();
    received = 'SIGINT';
    if (stopping.signal.aborted) return leave(exitCodes.SIGINT);
    if (draining.signal.aborted || !interactive) return stopNow('interrupted');
    draining.abort('interrupted');
    return say('interrupted: starting nothing new; Ctrl-C again to stop now');
  };
  const stopOn = (signal: 'SIGTERM' | 'SIGHUP') => () => {
    received = signal;
    stopNow(`received ${signal}`);
  };
  const listeners = [
    ['SIGINT', onInterrupt],
    ['SIGTERM', stopOn('SIGTERM')],
    ['SIGHUP', stopOn('SIGHUP')],
  ] as const;
  for (const [signal, listener] of listeners) source.on(signal, listener);

  return {
    drain: draining.signal,
    stop: stopping.signal,
    exitCode: () => (received === undefined ? undefined : exitCodes[received]),
    takeInterrupts: (listener) => {
      takers.push(listener);
      return { [Symbol.dispose]: () => void takers.splice(takers.lastIndexOf(listener), 1) };
    },
    stopNow,
    [Symbol.dispose]: () => {
      for (const [signal, listener] of listeners) source.off(signal, listener);
    },
  };
}
