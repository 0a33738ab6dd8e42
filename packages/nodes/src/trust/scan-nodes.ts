// Asks many nodes for their host keys, a window of them at a time.
import {
  ConnectError,
  type ConnectFailure,
  type ResolvedTarget,
  type ScannedHostKey,
  type Transports,
} from '@heorot/fanout';

export type ScanResult =
  | { readonly kind: 'keys'; readonly target: ResolvedTarget; readonly keys: readonly ScannedHostKey[] }
  | { readonly kind: 'failure'; readonly target: ResolvedTarget; readonly outcome: ConnectFailure };

/** In the order of the targets. */
export async function scanNodes(
  targets: readonly ResolvedTarget[],
  transports: Pick<Transports, 'scanHostKeys'>,
  { fanout, signal }: { readonly fanout: number; readonly signal: AbortSignal },
): Promise<readonly ScanResult[]> {
  const results: ScanResult[] = [];
  const queue = targets.entries();
  const worker = async () => {
    for (const [index, target] of queue) results[index] = await scan(target, transports, signal);
  };
  await Promise.all(Array.from({ length: Math.min(fanout, targets.length) }, worker));
  return results;
}

async function scan(
  target: ResolvedTarget,
  transports: Pick<Transports, 'scanHostKeys'>,
  signal: AbortSignal,
): Promise<ScanResult> {
  try {
    return { kind: 'keys', target, keys: await transports.scanHostKeys(target, signal) };
  } catch (error) {
    if (error instanceof ConnectError) return { kind: 'failure', target, outcome: error.outcome };
    throw error;
  }
}
