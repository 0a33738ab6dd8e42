// The connection to the server: hears frames, notices when they stop, says so, and tries again until they come back.
import type { Frame, Hello, WireEvent } from '../serve/wire.ts';

export interface StreamListener {
  readonly hello: (hello: Hello) => void;
  readonly frame: (frame: Frame) => void;
  /** Oldest first. */
  readonly events: (events: readonly WireEvent[]) => void;
  readonly connection: (connection: Connection) => void;
}

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'cut-off'; readonly sinceMs: number }
  /** The server is there, and wants a token that it no longer gets: it was started anew. */
  | { readonly kind: 'refused' };

const retryMs = 2000;
/** A head that is busy for a moment is not away. */
const leastSilenceMs = 4000;

export function listenToServer(listener: StreamListener): void {
  let source: EventSource | undefined;
  let heardMs = 0;
  let silenceMs = leastSilenceMs;
  let cutOffMs: number | undefined;

  const heard = () => {
    heardMs = Date.now();
    cutOffMs = undefined;
    listener.connection({ kind: 'live' });
  };
  const connect = () => {
    source?.close();
    source = new EventSource('api/live');
    heardMs = Date.now();
    source.addEventListener('hello', ({ data }: MessageEvent<string>) => {
      const hello: Hello = JSON.parse(data);
      silenceMs = Math.max(leastSilenceMs, hello.frameMs * 3);
      heard();
      listener.hello(hello);
    });
    source.addEventListener('frame', ({ data }: MessageEvent<string>) => {
      heard();
      listener.frame(JSON.parse(data));
    });
    source.addEventListener('events', ({ data }: MessageEvent<string>) => listener.events(JSON.parse(data)));
    source.addEventListener('error', () => void lost());
  };
  const lost = async () => {
    cutOffMs ??= Date.now();
    listener.connection((await isRefused()) ? { kind: 'refused' } : { kind: 'cut-off', sinceMs: cutOffMs });
  };

  connect();
  setInterval(() => {
    const silent = Date.now() - heardMs > silenceMs;
    // A browser does not come back by itself from an answer that was an error.
    if (source?.readyState !== EventSource.CLOSED && !silent) return;
    void lost();
    connect();
  }, retryMs);
  globalThis.addEventListener('online', connect);
}

async function isRefused(): Promise<boolean> {
  try {
    return (await fetch('api/live', { method: 'HEAD' })).status === 401;
  } catch {
    return false;
  }
}
