// A rescue system: the identity of the node laid over the boot environment, and no line that touches a disk.
import type { NodeRecord } from '@heorot/inventory';
import type { NewDeployment } from '../deploy/deployment-store.ts';
import { makeSshHostKey } from '../identity/ssh-host-key.ts';
import { writeTar } from '../identity/write-tar.ts';
import { stepLines } from '../protocol/plan-document.ts';
import { type FetchStep, fetchStep } from '../protocol/plan-step.ts';
import { addPart } from './boot-files.ts';

/** @param parts of the boot environment, which the shell has then */
export function rescueDeployment(
  { name, mac }: NodeRecord & { readonly mac: string },
  authorizedKeys: readonly string[],
  parts: readonly FetchStep[],
): NewDeployment {
  const hostKey = makeSshHostKey(`rescue@${name}`);
  const bundle = writeTar([
    { path: 'root/etc/hostname', mode: 0o644, content: `${name}\n` },
    { path: 'root/root/.ssh/authorized_keys', mode: 0o600, content: `${authorizedKeys.join('\n')}\n` },
  ]);
  const steps = stepLines([
    { kind: 'phase', phase: 'check', seconds: 180 },
    fetchStep('bundle.tar', '/v1/bundle', bundle),
    ...parts.flatMap(addPart),
    { kind: 'phase', phase: 'secrets', seconds: 60 },
    { kind: 'secrets' },
    { kind: 'phase', phase: 'identity', seconds: 60 },
    { kind: 'bundle', file: 'bundle.tar' },
    { kind: 'bundle', file: 'secrets' },
  ]);
  return {
    node: name,
    mac,
    manualPower: true,
    plan: { steps, bundle, hostKeys: `${hostKey.publicKey}\n` },
    secrets: writeTar([
      { path: 'root/etc/ssh/ssh_host_ed25519_key', mode: 0o600, content: hostKey.privateKey },
      { path: 'root/etc/ssh/ssh_host_ed25519_key.pub', mode: 0o644, content: `${hostKey.publicKey}\n` },
    ]),
  };
}
