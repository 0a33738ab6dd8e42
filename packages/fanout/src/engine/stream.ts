// One long-lived channel for a tool that speaks a protocol over it; its session closes with it.
import type { Target } from '../model/target.ts';
import type { Channel, ExecuteRequest } from '../model/transport.ts';
import type { SessionPool } from './session-pool.ts';

/** @throws ConnectError */
export async function openStream(
  pool: SessionPool,
  target: Target,
  request: ExecuteRequest,
  signal: AbortSignal,
): Promise<Channel> {
  const session = await pool.acquire(target, signal);
  try {
    const channel = await session.execute(request, signal);
    const close = () => channel.close();
    signal.addEventListener('abort', close, { once: true });
    void channel.ended.then(() => {
      signal.removeEventListener('abort', close);
      pool.release(session);
    });
    return channel;
  } catch (error) {
    pool.discard(session);
    throw error;
  }
}
