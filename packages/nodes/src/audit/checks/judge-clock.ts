// How far a node's clock is from the head's. The node read its clock at some moment between our asking and our hearing: what lies
// within that span is no skew.
import type { Finding, Severity } from '../finding.ts';

/** Milliseconds of the head's clock since the epoch. */
export interface ClockReading {
  readonly askedAt: number;
  readonly heardAt: number;
  readonly nodeAt: number;
}

export interface Skew {
  /** Positive: the node is ahead. From the middle of the span. */
  readonly ms: number;
  /** Half of the span: it may be so much more or less. */
  readonly uncertaintyMs: number;
}

export function skewOf({ askedAt, heardAt, nodeAt }: ClockReading): Skew {
  return { ms: nodeAt - (askedAt + heardAt) / 2, uncertaintyMs: Math.max(0, heardAt - askedAt) / 2 };
}

/** The least that the clocks differ by, and what then goes wrong. */
const limits: readonly { readonly ms: number; readonly severity: Severity; readonly why: string }[] = [
  {
    ms: 300_000,
    severity: 'high',
    why: 'munge and Kerberos refuse each other at five minutes: jobs and logins fail',
  },
  {
    ms: 5_000,
    severity: 'medium',
    why: 'logs of several nodes cannot be put in order, and make over NFS builds wrongly',
  },
  { ms: 1_000, severity: 'low', why: 'a clock that is off by a second is not kept by NTP' },
];

export function judgeClock(reading: ClockReading | undefined): readonly Finding[] {
  if (reading === undefined) return [];
  const skew = skewOf(reading);
  const least = Math.abs(skew.ms) - skew.uncertaintyMs;
  const limit = limits.find(({ ms }) => least >= ms);
  if (limit === undefined) return [];
  return [
    {
      check: 'clock',
      id: 'clock-skew',
      severity: limit.severity,
      what: `its clock is ${magnitude(least)} ${skew.ms > 0 ? 'ahead of' : 'behind'} this machine's`,
      why: limit.why,
      fix: [
        'timedatectl set-ntp true || systemctl enable --now chronyd',
        'chronyc tracking   # on this machine too',
      ],
    },
  ];
}

/** Coarse on purpose, so that nodes with the same trouble fold. */
function magnitude(ms: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [86_400_000, 'more than a day'],
    [3_600_000, 'more than an hour'],
    [300_000, 'more than 5 minutes'],
    [60_000, 'more than a minute'],
    [5_000, 'more than 5 seconds'],
  ];
  return steps.find(([least]) => ms >= least)?.[1] ?? 'more than a second';
}
