// One long-lived channel for a tool that speaks a protocol over it; its session closes with it.
import type { Target } from '../model/target.ts';
import type { Channel, ExecuteRequest, Session } from '../model/transport.ts';
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
    void releaseAfter(pool, session, channel, signal);
    return channel;
  } catch (error) {
    pool.discard(session);
    throw error;
  }
}

async function releaseAfter(
  pool: SessionPool,
  session: Session,
  channel: Channel,
  signal: AbortSignal,
): Promise<void> {
  const close = () => channel.close();
  signal.addEventListener('abort', close, { once: true });
  await channel.ended;
  signal.removeEventListener('abort', close);
  pool.release(session);
}
