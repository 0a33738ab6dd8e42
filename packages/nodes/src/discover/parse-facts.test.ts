import { execFileSync } from 'node:child_process';
import { availableParallelism, hostname, release } from 'node:os';
import { expect, test } from 'vitest';
import { factsScript } from './facts-script.ts';
import { parseFacts } from './parse-facts.ts';

test('this machine tells its own facts', () => {
  const answer = execFileSync('sh', ['-s'], {
    input: factsScript,
    encoding: 'utf8',
    env: { ...process.env, HEOROT_ALL_LINKS: '1' },
  });
  const facts = parseFacts(answer);
  expect(facts).toMatchObject({ hostname: hostname(), kernel: release() });
  expect(facts?.processors).toBeGreaterThanOrEqual(availableParallelism());
  expect(facts?.memoryBytes).toBeGreaterThan(2 ** 27);
  expect(facts?.nics.map(({ name }) => name)).toContain('lo');
});

const answer = [
  'Welcome to node n7!',
  'heorot-facts 1',
  'hostname\tn7',
  'os\tDebian GNU/Linux 12 (bookworm)',
  'processors\t64',
  'sockets\t2',
  'memoryKilobytes\t263856124',
  'vendor\tTo Be Filled By O.E.M.',
  'serial\tJ1020304',
  'nic\teth0\t0c:c4:7a:01:02:03\tup\t10000\tixgbe',
  'nic\teth1\t0c:c4:7a:01:02:04\tdown\t-1\tixgbe',
  'disk\tsda\t1875385008\t0\tINTEL SSDSC2KB96\tPHYF0001',
  'disk\tsdb\t\t\t\t',
  'end',
  'goodbye',
  '',
].join('\n');

test('facts are read between the marker and the end, whatever start-up files say around them', () => {
  expect(parseFacts(answer)).toEqual({
    hostname: 'n7',
    os: 'Debian GNU/Linux 12 (bookworm)',
    processors: 64,
    sockets: 2,
    memoryBytes: 270_188_670_976,
    serial: 'J1020304',
    nics: [
      { name: 'eth0', mac: '0c:c4:7a:01:02:03', state: 'up', megabitsPerSecond: 10_000, driver: 'ixgbe' },
      { name: 'eth1', mac: '0c:c4:7a:01:02:04', state: 'down', driver: 'ixgbe' },
    ],
    disks: [
      {
        name: 'sda',
        bytes: 960_197_124_096,
        rotational: false,
        model: 'INTEL SSDSC2KB96',
        serial: 'PHYF0001',
      },
      { name: 'sdb' },
    ],
  });
});

test.each([
  ['nothing', ''],
  ['a cut answer', answer.slice(0, answer.indexOf('end'))],
  ['noise alone', 'Welcome\nend\n'],
])('%s gives no facts', (_what, text) => {
  expect(parseFacts(text)).toBeUndefined();
});

test('carriage returns of a terminal do not become part of a fact', () => {
  expect(parseFacts(answer.replaceAll('\n', '\r\n'))?.hostname).toBe('n7');
});
