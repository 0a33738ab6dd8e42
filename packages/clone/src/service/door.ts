// The door of the head: who may claim to be a machine, and who is admitted as one. protocol/README.md, "Trust".
import type { Admission } from '../deploy/admission-store.ts';
import type { Deployment, Trust } from '../deploy/deployment.ts';
import type { Claim } from '../protocol/claim.ts';
import type { Head } from './open-head.ts';

export type Entry =
  /** `discovered`: all was said that was wanted; how the machine is to end. */
  | {
      readonly kind: 'session';
      readonly session: string;
      readonly discovered: 'poweroff' | 'reboot' | undefined;
    }
  | { readonly kind: 'refused'; readonly how: 'reboot' | 'poweroff'; readonly text: string };

/** The holder of a session. */
export interface Guest {
  readonly session: string;
  readonly admission: Admission;
  readonly admitted: boolean;
  readonly deployment: Deployment;
}

export interface Door {
  readonly now: () => number;
  enter(claim: Claim, address: string): Entry;
  /** `undefined`: no such session, one that was burnt, or one of another address. */
  recognise(session: string, address: string): Guest | undefined;
  /** Admits a guest when its key has been vouched for. */
  admit(guest: Guest): boolean;
}

/** By arrival: how long the holder of another key must have been silent before a newcomer may be the machine restarted. */
const silenceMs = 30_000;

export function openDoor(head: Head, now: () => number): Door {
  const { deployments, admissions, notices } = head;
  const heard = new Map<string, number>();

  function trustOf({ run }: Deployment): Trust | undefined {
    return deployments.run(run)?.trust;
  }

  function alarm(node: string, text: string): void {
    notices.add('forged', node, text, now());
  }

  function admitNow(session: string, deployment: Deployment): boolean {
    admissions.admit(session);
    deployments.apply(deployment.id, { kind: 'admitted' }, now());
    return true;
  }

  /** First come within the armed time: only from where the boot script was asked, and only while nobody else claims. */
  function arrived(
    session: string,
    admission: Admission,
    deployment: Deployment,
    script: string | undefined,
  ): Entry {
    const { key, address } = admission;
    const rival = admissions
      .ofDeployment(deployment.id)
      .find(
        (each) =>
          each.key !== key && each.state !== 'burnt' && now() - (heard.get(each.key) ?? each.at) < silenceMs,
      );
    if (rival !== undefined || script !== address) {
      const text =
        rival === undefined
          ? `claimed from ${address}, but its boot script was asked for from ${script ?? 'nowhere'}`
          : `two machines claim to be it: ${rival.address} and ${address}`;
      alarm(deployment.node, text);
      deployments.apply(deployment.id, { kind: 'failed', code: 'forged', text }, now());
      return refused('two machines claim to be this node');
    }
    admitNow(session, deployment);
    return { kind: 'session', session, discovered: undefined };
  }

  return {
    now,
    enter: (claim, address) => {
      const script = admissions.scriptAddress(claim.token);
      const result = admissions.claim(claim, address, now());
      if (result.kind === 'unknown-token')
        return { kind: 'refused', how: 'reboot', text: 'the token of this boot is used up' };
      if (result.kind === 'token-reused') {
        const node = deployments.deployment(result.deployment)?.node ?? '';
        alarm(node, `${address} claims with a token that another machine has used`);
        return refused('another machine has used the token of this boot');
      }
      const { session, admission } = result;
      const deployment = deployments.deployment(admission.deployment);
      if (deployment === undefined || deployment.position.kind === 'ended')
        return { kind: 'refused', how: 'reboot', text: 'the deployment has ended' };
      if (deployment.mac !== claim.mac) {
        alarm(deployment.node, `${address} claims with the token of another card`);
        return refused('the token belongs to another card');
      }
      heard.set(claim.key, now());
      const run = deployments.run(deployment.run);
      if (run?.action === 'discover') {
        deployments.apply(deployment.id, { kind: 'discovered' }, now());
        // A machine that ran goes back to what it did.
        return { kind: 'session', session, discovered: run.via === 'kexec' ? 'reboot' : 'poweroff' };
      }
      deployments.apply(deployment.id, { kind: 'claim' }, now());
      return run?.trust === 'arrival'
        ? arrived(session, admission, deployment, script)
        : { kind: 'session', session, discovered: undefined };
    },
    recognise: (session, address) => {
      const admission = admissions.session(session);
      if (admission === undefined || admission.state === 'burnt' || admission.address !== address)
        return undefined;
      const deployment = deployments.deployment(admission.deployment);
      if (deployment === undefined) return undefined;
      heard.set(admission.key, now());
      return { session, admission, admitted: admission.state === 'admitted', deployment };
    },
    admit: ({ session, admission, admitted, deployment }) => {
      if (admitted) return true;
      if (trustOf(deployment) === 'arrival') return false;
      return admissions.isVouched(deployment.mac, admission.fingerprint) && admitNow(session, deployment);
    },
  };
}

function refused(text: string): Entry {
  return { kind: 'refused', how: 'poweroff', text };
}
