// What is old: the running kernel against the installed ones, OpenSSH against its known faults, the distribution against its calendar.
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import { endOfLife, endOfLifeAsOf } from '../data/end-of-life.ts';
import { type OpensshFault, opensshFaults, opensshFaultsAsOf } from '../data/openssh-faults.ts';
import type { Finding } from '../finding.ts';
import { compareVersions } from './compare-versions.ts';

const dayMs = 86_400_000;
/** Distributions mend their kernels many times a year. */
const oldKernelDays = 365;

export function judgeAge(answer: NodeAnswer, now: Date): readonly Finding[] {
  return [...reboot(answer), ...kernelAge(answer, now), ...openssh(answer), ...distribution(answer, now)];
}

function reboot(answer: NodeAnswer): readonly Finding[] {
  const running = rowsOf(answer, 'kernel')[0]?.[0] ?? '';
  const newest = rowsOf(answer, 'installed')
    .map(([version = '']) => version)
    .filter((version) => flavourOf(version) === flavourOf(running))
    .toSorted(compareVersions)
    .at(-1);
  const waiting = newest !== undefined && compareVersions(running, newest) < 0;
  if (!waiting && rowsOf(answer, 'rebootrequired').length === 0) return [];
  return [
    {
      check: 'age',
      id: 'age-reboot',
      severity: 'medium',
      what: waiting ? `runs kernel ${running}, but ${newest} is installed` : 'an update waits for a reboot',
      why: 'what the update mends stays open until the next boot',
      fix: ['drain it, then: reboot'],
    },
  ];
}

/** `-rt-amd64` of `6.1.0-28-rt-amd64`: kernels of another flavour are not newer, but other. */
const flavourOf = (version: string) => version.replaceAll(/[\d.+~]+/g, '').replaceAll(/-+/g, '-');

function kernelAge(answer: NodeAnswer, now: Date): readonly Finding[] {
  const built = buildDate(rowsOf(answer, 'build')[0]?.[0] ?? '');
  if (built === undefined || now.getTime() - built.getTime() < oldKernelDays * dayMs) return [];
  const day = built.toISOString().slice(0, 10);
  return [
    {
      check: 'age',
      id: 'age-kernel',
      severity: 'medium',
      what: `the running kernel was built on ${day}, more than a year ago`,
      why: 'every user of the node knows, or can look up, a way to become root since',
      fix: ['apt-get update && apt-get dist-upgrade || dnf upgrade kernel', 'drain it, then: reboot'],
    },
  ];
}

/** `#1 SMP Debian 6.1.119-1 (2024-11-22)`, `#1 SMP PREEMPT_DYNAMIC Wed Oct  2 11:22:33 UTC 2024`. */
function buildDate(version: string): Date | undefined {
  const iso = /\b(\d{4}-\d\d-\d\d)\b/.exec(version)?.[1];
  const [, month, day, year] =
    /\b([A-Z][a-z]{2})\s+(\d{1,2}) [\d:]+ (?:[A-Z]+ )?(\d{4})\b/.exec(version) ?? [];
  const date = new Date(iso ?? `${day} ${month} ${year} UTC`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function openssh(answer: NodeAnswer): readonly Finding[] {
  const packaged = rowsOf(answer, 'opensshpackage')[0]?.[0];
  const said = /^OpenSSH_([\w.]+)/.exec(rowsOf(answer, 'openssh')[0]?.[0] ?? '')?.[1];
  const version = /(\d+\.\d+p\d+)/.exec(packaged ?? '')?.[1] ?? said;
  if (version === undefined) return [];
  return opensshFaults
    .filter(({ from, before }) => compareVersions(version, from) >= 0 && compareVersions(version, before) < 0)
    .flatMap((fault) => opensshFinding(fault, version, packaged, systemsOf(answer)));
}

function opensshFinding(
  { cve, severity, why, before, mended }: OpensshFault,
  version: string,
  packaged: string | undefined,
  systems: readonly string[],
): readonly Finding[] {
  const fixed = systems.flatMap((system) => mended[system] ?? [])[0];
  const isKnown = fixed !== undefined && packaged !== undefined;
  if (isKnown && compareVersions(packaged, fixed) >= 0) return [];
  return [
    {
      check: 'age',
      id: `age-openssh-${cve.toLowerCase()}`,
      severity: isKnown ? severity : 'low',
      what: isKnown
        ? `openssh-server ${packaged} has ${cve}, mended in ${fixed}`
        : `OpenSSH ${version} has ${cve} unless the distribution has mended it (upstream: ${before})`,
      why: `${why}; the list is of ${opensshFaultsAsOf}`,
      fix: ['apt-get install --only-upgrade openssh-server || dnf upgrade openssh-server'],
    },
  ];
}

function distribution(answer: NodeAnswer, now: Date): readonly Finding[] {
  const [, , name = ''] = rowsOf(answer, 'os')[0] ?? [];
  const [last] = systemsOf(answer).flatMap((system) => {
    const [id = '', version = ''] = system.split(' ');
    return endOfLife[id]?.[version] ?? [];
  });
  if (last === undefined || now.getTime() < Date.parse(last) + dayMs) return [];
  return [
    {
      check: 'age',
      id: 'age-distribution',
      severity: 'high',
      what: `${name} has had no security updates since ${last}`,
      why: `every fault found since stays open; the calendar is of ${endOfLifeAsOf}`,
      fix: ['install the node anew with a release that is maintained'],
    },
  ];
}

/** `ubuntu 22.04` and `ubuntu 22`, whichever the tables have. */
function systemsOf(answer: NodeAnswer): readonly string[] {
  const [id = '', version = ''] = rowsOf(answer, 'os')[0] ?? [];
  return [...new Set([`${id} ${version}`, `${id} ${version.split('.')[0]}`])];
}
