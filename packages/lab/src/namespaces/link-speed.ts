// Slow links by tc-netem(8), on both ends of the node's cable.
import { HeorotError } from '@heorot/inventory';
import { type LabNetwork, nodeNamespace } from './lab-network.ts';
import { runProgram } from './run-program.ts';

/**
 * Delays what the node sends, and limits both ways.
 * @throws HeorotError `lab-slow-unsupported` where the kernel has no netem
 */
export async function slowDown(
  network: LabNetwork,
  node: string,
  delayMs: number,
  bytesPerSecond: number | undefined,
): Promise<void> {
  const rate = bytesPerSecond === undefined ? [] : ['rate', `${Math.round(bytesPerSecond)}bps`];
  try {
    await netem(nodeNamespace(network, node), 'eth0', ['delay', `${delayMs}ms`, ...rate]);
    if (rate.length > 0) await netem(network.switchNamespace, node, rate);
  } catch (cause) {
    throw new HeorotError(
      'lab-slow-unsupported',
      `${node} cannot be slowed down: the kernel has no sch_netem`,
      {
        hint: 'modprobe sch_netem, or use an embedded lab',
        cause,
      },
    );
  }
}

export async function fullSpeed(network: LabNetwork, node: string): Promise<void> {
  for (const [namespace, device] of [
    [nodeNamespace(network, node), 'eth0'],
    [network.switchNamespace, node],
  ] as const) {
    // There is nothing to delete on a link that was never slow.
    await runProgram('tc', ['-n', namespace, 'qdisc', 'del', 'dev', device, 'root']).catch(() => {});
  }
}

/** The queue must hold a delay's worth of packets at full rate: netem's own 1000 would drop them. */
async function netem(namespace: string, device: string, settings: readonly string[]): Promise<void> {
  const root = ['-n', namespace, 'qdisc', 'replace', 'dev', device, 'root'];
  await runProgram('tc', [...root, 'netem', 'limit', '100000', ...settings]);
}
