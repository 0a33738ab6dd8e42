// What an admitted node is given: its plan, the bundle of its identity, and its secrets sealed to the key of this boot.
import type { Deployment } from '../deploy/deployment.ts';
import { freshTables } from '../plan/fresh-tables.ts';
import { type Binding, signPlan } from '../protocol/plan-document.ts';
import { printReply } from '../protocol/reply.ts';
import { sealDocument } from '../protocol/sealed-document.ts';
import type { Door, Guest } from './door.ts';
import { howItGoesOn } from './how-it-goes-on.ts';
import type { NodeAnswer } from './node-requests.ts';
import type { Head } from './open-head.ts';

/** A fetch may break twice; more is no machine of ours. */
const mostFetches = 3;

export function handOut(
  head: Head,
  door: Door,
  guest: Guest,
  path: string,
  onSecrets: (deployment: Deployment) => void,
): NodeAnswer {
  const { deployment, admission } = guest;
  const plan = head.deployments.planOf(deployment.id);
  if (deployment.position.kind !== 'at' || plan === undefined)
    return text(printReply(howItGoesOn(deployment, head.deployments.run(deployment.run)?.via)));
  const admitted = door.admit(guest);
  const binding: Binding = {
    node: deployment.node,
    mac: deployment.mac,
    deployment: String(deployment.id),
    nonce: admission.nonce,
  };
  if (path === '/v1/plan') {
    if (!admitted) return text(printReply({ kind: 'wait', seconds: 2 }));
    const action = head.deployments.run(deployment.run)?.action ?? 'deploy';
    const begun = head.deployments.timings(deployment.id).some(({ step }) => step === 'partition');
    const steps = freshTables(plan.steps, head.machines.machine(deployment.mac)?.report, begun);
    return text(signPlan(binding, action, steps, head.key.privateKey));
  }
  if (!admitted) return { status: 403, body: 'not admitted\n' };
  if (path === '/v1/bundle') return { status: 200, body: plan.bundle };
  const secrets = head.deployments.secretsOf(deployment.id);
  if (secrets === undefined || admission.sealed >= mostFetches) return { status: 403, body: 'burnt\n' };
  head.admissions.countSealed(guest.session);
  onSecrets(deployment);
  return text(sealDocument(binding, secrets, admission.key, head.key.privateKey));
}

function text(body: string): NodeAnswer {
  return { status: 200, body };
}
