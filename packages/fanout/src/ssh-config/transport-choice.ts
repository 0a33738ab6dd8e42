// How a node is reached, and why: what was asked for, else ssh2, unless something asks for what only OpenSSH can do.
import type { TransportName } from '@heorot/inventory';
import { type IdentitySurvey, isHardwareKey } from './identity-survey.ts';

export interface TransportChoice {
  readonly transport: TransportName;
  readonly reason: string;
  /** On the command line or in the inventory. */
  readonly isAskedFor: boolean;
  readonly warnings: readonly string[];
}

export interface ChoiceInput {
  /** The gateways that could log in to it for us; none for a gateway, and for what is reached directly. */
  readonly relays: readonly string[];
  /** `--transport` */
  readonly forced: TransportName | undefined;
  /** What the inventory says of the node. */
  readonly ofNode: TransportName | undefined;
  /** From ssh config. */
  readonly needsOpenssh: readonly string[];
  readonly identities: readonly IdentitySurvey[];
  readonly identitiesAskedFor: boolean;
  /** `file:line` of the certificate authority that is all that known_hosts has for the host. */
  readonly certificateAuthorityOnly: string | undefined;
  /** `file:line` of the FIDO key that is all that known_hosts has for the host. */
  readonly hardwareHostKeyOnly: string | undefined;
  /** The first gateway that is reached through OpenSSH. */
  readonly opensshGateway: string | undefined;
}

/** What OpenSSH 10.1 warns of at each connection; true of every one of the built-in client. */
export const notPostQuantum =
  'its key exchange is not post-quantum: who records it now may read it some day (--transport openssh)';

export function chooseTransport(input: ChoiceInput): TransportChoice {
  const asked = input.forced ?? input.ofNode;
  const askedBy = `asked for by ${input.forced === undefined ? 'the inventory' : 'the command line'}`;
  const relay = input.relays.join(' or ');
  if (asked === 'relay' && relay !== '') {
    return {
      transport: 'relay',
      reason: `${askedBy}; ${relay} logs in to it`,
      isAskedFor: true,
      warnings: [],
    };
  }
  const reasons = reasonsForOpenssh(input);
  if (asked !== undefined && asked !== 'relay') {
    const warnings =
      asked === 'ssh2' ? reasons.map((reason) => `ssh2 was asked for, but cannot honour: ${reason}`) : [];
    return { transport: asked, reason: askedBy, isAskedFor: true, warnings };
  }
  const why = [
    ...(asked === 'relay' ? ['no gateway leads to it that could be a relay'] : []),
    ...(reasons.length > 0 ? reasons : ['nothing asks for OpenSSH']),
  ];
  return {
    transport: reasons.length > 0 ? 'openssh' : 'ssh2',
    reason: why.join('; '),
    isAskedFor: false,
    warnings: [],
  };
}

function reasonsForOpenssh(input: ChoiceInput): string[] {
  const reasons = [...input.needsOpenssh];
  const certified = input.identities.find(({ certificate }) => certificate);
  if (certified !== undefined) reasons.push(`a certificate lies beside ${certified.path}`);
  const hardware = input.identities.filter(isHardwareKey);
  // A FIDO key among the default ones is passed over as long as there is another.
  if (
    hardware[0] !== undefined &&
    (input.identitiesAskedFor || hardware.length === input.identities.length)
  ) {
    reasons.push(`${hardware[0].path} is a FIDO key`);
  }
  if (input.certificateAuthorityOnly !== undefined) {
    reasons.push(`the host is known by a certificate authority only (${input.certificateAuthorityOnly})`);
  }
  if (input.hardwareHostKeyOnly !== undefined) {
    reasons.push(`the host is known by a FIDO key only (${input.hardwareHostKeyOnly})`);
  }
  if (input.opensshGateway !== undefined)
    reasons.push(`its gateway ${input.opensshGateway} is reached through OpenSSH`);
  return reasons;
}
