// Listening to an abort signal for as long as a scope lasts.

/** Calls the listener when the signal is aborted, until disposed. */
export function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  signal.addEventListener('abort', listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) };
}
