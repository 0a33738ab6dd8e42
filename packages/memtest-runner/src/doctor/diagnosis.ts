// What a node can test and what it can tell, from its answers; each shortcoming with what would help. Pure.
import { formatBytes } from '@heorot/cli';
import { runsBelowRating } from '../evidence/dmi-memory.ts';
import { readEcc } from '../evidence/edac.ts';
import type { EvidenceReading } from '../evidence/evidence-reading.ts';
import { factsOf } from '../evidence/facts-of.ts';
import { readNuma } from '../evidence/numa.ts';
import { type SystemTree, textAt } from '../evidence/system-tree.ts';
import type { Capacity } from '../node/capacity.ts';
import type { Limits } from './limits-script.ts';

export interface Check {
  readonly about:
    | 'memory'
    | 'limits'
    | 'NUMA'
    | 'swap'
    | 'ECC'
    | 'DIMMs'
    | 'machine checks'
    | 'heat'
    | 'rights'
    | 'programs'
    | 'start'
    | 'serial'
    | 'spool';
  /** `good`, `limited`: it works, but less is tested or told; `bad`: it cannot be tested. */
  readonly state: 'good' | 'limited' | 'bad';
  readonly text: string;
  readonly next: string | null;
}

/** @param limits null where they could not be asked */
export function diagnose(
  capacity: Capacity,
  reading: EvidenceReading | null,
  limits: Limits | null,
): readonly Check[] {
  const files: SystemTree = reading?.files ?? new Map();
  return [
    memoryCheck(capacity, limits),
    ...limitsCheck(capacity, limits),
    ...numaCheck(files),
    ...swapCheck(files),
    eccCheck(files),
    ...dimmCheck(reading, capacity),
    kernelLogCheck(reading),
    heatCheck(reading),
    rightsCheck(capacity),
    programsCheck(capacity),
    startCheck(capacity),
    ...spoolCheck(capacity),
    serialCheck(reading),
  ];
}

function check(
  about: Check['about'],
  state: Check['state'],
  text: string,
  next: string | null = null,
): Check {
  return { about, state, text, next };
}

/** As the march engine keeps it: 512 MiB or 3 %, whatever is more. */
const RESERVE_BYTES = 512 * 2 ** 20;
const RESERVE_SHARE = 0.03;

function memoryCheck({ totalBytes, availableBytes, running }: Capacity, limits: Limits | null): Check {
  if (running !== null) {
    return check('memory', 'limited', `run ${running} tests it now`, `memtest-runner attach ${running}`);
  }
  const bound = Math.min(availableBytes, limits?.cgroupBytes ?? availableBytes);
  const testable = Math.max(0, bound - Math.max(RESERVE_BYTES, RESERVE_SHARE * totalBytes));
  const share = testable / totalBytes;
  const text = `${formatBytes(testable)} of ${formatBytes(totalBytes)} can be tested (${(100 * share).toFixed(0)} %)`;
  if (testable === 0) return check('memory', 'bad', text, 'stop what runs there');
  return share < 0.9
    ? check('memory', 'limited', text, 'stop what runs there; memtest86+ reaches the rest')
    : check('memory', 'good', text);
}

function limitsCheck({ root, totalBytes }: Capacity, limits: Limits | null): readonly Check[] {
  const { cgroupBytes = null, lockableBytes = null } = limits ?? {};
  return [
    ...(cgroupBytes === null || cgroupBytes >= totalBytes
      ? []
      : [
          check(
            'limits',
            'limited',
            `a cgroup allows ${formatBytes(cgroupBytes)} only`,
            'raise the limit of the session or container that the node is reached through',
          ),
        ]),
    // Root has CAP_IPC_LOCK: no limit counts (mlock(2)).
    ...(lockableBytes === null || root || lockableBytes >= totalBytes
      ? []
      : [
          check(
            'limits',
            'limited',
            `only ${formatBytes(lockableBytes)} may be locked`,
            'run as root, or raise memlock in limits.conf',
          ),
        ]),
  ];
}

function numaCheck(files: SystemTree): readonly Check[] {
  const nodes = readNuma(files);
  if (nodes === null) return [];
  const far = nodes.filter(({ cpus }) => cpus.length === 0);
  const sizes = nodes.map(
    ({ number, cpus, bytes }) => `node ${number}: ${cpus.length} CPUs, ${formatBytes(bytes)}`,
  );
  return far.length > 0
    ? [
        check(
          'NUMA',
          'limited',
          `${sizes.join('; ')}; memory without processors is not tested`,
          'test it with memtest86+',
        ),
      ]
    : [check('NUMA', 'good', sizes.join('; '))];
}

function swapCheck(files: SystemTree): readonly Check[] {
  const kilobytes = Number(/^SwapTotal:\s+(\d+) kB/m.exec(textAt(files, '/proc/meminfo') ?? '')?.[1] ?? 0);
  if (kilobytes === 0) return [];
  const text = `${formatBytes(kilobytes * 1024)} of swap: memory that cannot be locked may be on disk while it is tested`;
  return [check('swap', 'limited', text, 'swapoff -a for the time of the test, or run as root')];
}

function eccCheck(files: SystemTree): Check {
  const ecc = readEcc(files);
  if (ecc === null) {
    return check(
      'ECC',
      'limited',
      'no memory controller is watched: ECC errors stay unknown',
      'load the EDAC driver of the platform; is ECC on in the BIOS?',
    );
  }
  const nameless = ecc.dimms.filter(({ label }) => /^mc\d+\//.test(label)).length;
  const text = `${ecc.dimms.length} DIMMs are counted`;
  return nameless > 0
    ? check(
        'ECC',
        'limited',
        `${text}, ${nameless} without a label`,
        'ras-mc-ctl --register-labels names the slots',
      )
    : check('ECC', 'good', text);
}

function dimmCheck(reading: EvidenceReading | null, { root }: Capacity): readonly Check[] {
  const dimms = reading === null ? null : factsOf(reading).dimms;
  if (dimms === null) {
    const next = root ? 'this machine has no DMI table' : 'DMI is read by root only: run as root (-l root)';
    return [check('DIMMs', 'limited', 'slots and serial numbers are not told', next)];
  }
  const slow = dimms.filter(runsBelowRating);
  const total = dimms.reduce((sum, { bytes }) => sum + bytes, 0);
  const text = `${dimms.length} DIMMs, ${formatBytes(total)}`;
  if (slow.length === 0) return [check('DIMMs', 'good', text)];
  const [first] = slow;
  return [
    check(
      'DIMMs',
      'limited',
      `${text}; ${slow.length} run below their rating (${first?.slot}: ${first?.configuredSpeed} of ${first?.ratedSpeed} MT/s)`,
      'look at the population rules and the memory speed in the BIOS',
    ),
  ];
}

function kernelLogCheck(reading: EvidenceReading | null): Check {
  return reading?.kernelLog === null || reading === null
    ? check('machine checks', 'limited', 'the kernel log cannot be read', 'run as root')
    : check('machine checks', 'good', 'the kernel log can be read');
}

function heatCheck(reading: EvidenceReading | null): Check {
  const sensors = reading?.temperatures ?? [];
  const hottest = sensors.toSorted((a, b) => b.highestCelsius - a.highestCelsius)[0];
  if (hottest === undefined && (reading?.throttle ?? null) === null) {
    return check(
      'heat',
      'limited',
      'neither temperatures nor throttling are told',
      'load the sensor driver (coretemp, k10temp)',
    );
  }
  const now = hottest === undefined ? 'no temperatures' : `${hottest.sensor} ${hottest.highestCelsius} °C`;
  return check(
    'heat',
    'good',
    `${now}; throttling is ${(reading?.throttle ?? null) === null ? 'not counted' : 'counted'}`,
  );
}

function rightsCheck({ root }: Capacity): Check {
  return root
    ? check('rights', 'good', 'root: memory is locked, addresses are physical')
    : check(
        'rights',
        'limited',
        'not root: no physical addresses, memory may not be lockable',
        'run as root (-l root)',
      );
}

function programsCheck({ programs }: Capacity): Check {
  const missing = ['memtester', 'stressapptest'].filter((each) => !programs.includes(each));
  const text = programs.length === 0 ? 'none of the optional ones' : programs.join(', ');
  return missing.length === 0
    ? check('programs', 'good', text)
    : check('programs', 'good', `${text}; not there: ${missing.join(', ')} (march and stream need neither)`);
}

function startCheck({ starter }: Capacity): Check {
  return starter === 'systemd-run'
    ? check('start', 'good', 'runs as a systemd unit')
    : check('start', 'good', 'runs in a session of its own (setsid)');
}

const LEAST_SPOOL = 64 * 2 ** 20;

function spoolCheck({ freeBytes, spool }: Capacity): readonly Check[] {
  if (freeBytes === null) return [];
  const text = `${formatBytes(freeBytes)} free for records in ${spool}`;
  return [
    freeBytes < LEAST_SPOOL
      ? check('spool', 'limited', text, 'free space there, or use --spool')
      : check('spool', 'good', text),
  ];
}

function serialCheck(reading: EvidenceReading | null): Check {
  const serial = reading === null ? null : factsOf(reading).serial;
  return serial === null
    ? check('serial', 'limited', 'no serial number: the history knows this machine by its name', null)
    : check('serial', 'good', serial);
}
