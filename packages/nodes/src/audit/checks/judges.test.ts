// What each check makes of what a node says; `what`, `why` and `fix` are for people, ids and severities for programs.
import { describe, expect, test } from 'vitest';
import { answerOf, briefly, row } from '../testing/answer-of.ts';
import { judgeAccounts } from './judge-accounts.ts';
import { judgeAge } from './judge-age.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeExports, parseExports } from './judge-exports.ts';
import { judgeKeys } from './judge-keys.ts';
import { judgeListening } from './judge-listening.ts';
import { judgeSshd } from './judge-sshd.ts';
import { judgeWritable } from './judge-writable.ts';

describe('listening', () => {
  const listening = (...rows: readonly string[]) => briefly(judgeListening(answerOf(...rows)));

  test.each([
    [
      'telnet on every address',
      row('socket', 'tcp', '00000000:0017', '0', 'inetd'),
      ['listening-telnet high'],
    ],
    ['rsh on one address', row('socket', 'tcp', '0100010A:0202', '0', ''), ['listening-rsh high']],
    [
      'redis on IPv6',
      row('socket', 'tcp6', `${'0'.repeat(32)}:18EB`, '0', 'redis-server'),
      ['listening-redis medium'],
    ],
    ['memcached over UDP', row('socket', 'udp', '00000000:2BCB', '1', ''), ['listening-memcached high']],
    ['X11, second screen', row('socket', 'tcp', '00000000:1771', '0', 'Xorg'), ['listening-x11 high']],
    ['sshd', row('socket', 'tcp', '00000000:0016', '0', 'sshd'), ['listening-open info']],
    ['telnet on loopback', row('socket', 'tcp', '0100007F:0017', '0', ''), []],
    ['telnet on another loopback address', row('socket', 'tcp', '0501637F:0017', '0', ''), []],
    ['telnet on ::1', row('socket', 'tcp6', `${'0'.repeat(24)}01000000:0017`, '0', ''), []],
    [
      'telnet on ::ffff:127.0.0.1',
      row('socket', 'tcp6', '0000000000000000FFFF00000100007F:0017', '0', ''),
      [],
    ],
    [
      'telnet on a link-local address',
      row('socket', 'tcp6', '000080FE00000000FF005450B6AD1DFE:0017', '0', ''),
      ['listening-telnet high'],
    ],
    ['nonsense', row('socket', 'tcp', 'xyz', '0', ''), []],
  ])('%s', (_what, line, expected) => {
    expect(listening(line)).toEqual(expected);
  });

  test('one service on IPv4 and IPv6 is one finding that names its process', () => {
    const both = [
      row('socket', 'tcp', '00000000:0017', '0', 'inetd'),
      row('socket', 'tcp6', `${'0'.repeat(32)}:0017`, '0', 'inetd'),
    ];
    expect(judgeListening(answerOf(...both)).map(({ what }) => what)).toEqual([
      'telnet is open to the network: tcp port 23 (inetd)',
    ]);
  });

  test('slurmd without munge', () => {
    const slurmd = row('socket', 'tcp', '00000000:1AA2', '0', 'slurmd');
    expect(listening(slurmd, row('slurmauth', 'auth/none'))).toContain('listening-slurm-without-munge high');
    expect(listening(slurmd, row('slurmauth', 'auth/munge'))).toEqual(['listening-open info']);
  });
});

describe('sshd', () => {
  const sshd = (source: string, ...lines: readonly string[]) =>
    briefly(
      judgeSshd(
        answerOf(row('sshdsource', source), ...lines.map((line) => `sshd\t${line.replace(' ', '\t')}`)),
      ),
    );
  const quiet = [
    'permitrootlogin without-password',
    'passwordauthentication no',
    'kbdinteractiveauthentication no',
  ];

  test.each([
    ['nothing bad', quiet, []],
    ['passwords', ['passwordauthentication yes'], ['sshd-passwords medium']],
    [
      'root with passwords',
      ['permitrootlogin yes', 'passwordauthentication yes'],
      ['sshd-passwords medium', 'sshd-root-password high'],
    ],
    ['root by keys alone', ['permitrootlogin yes', ...quiet], []],
    [
      'root by PAM',
      ['permitrootlogin yes', 'passwordauthentication no', 'kbdinteractiveauthentication yes'],
      ['sshd-root-password high'],
    ],
    ['empty passwords', [...quiet, 'permitemptypasswords yes'], ['sshd-empty-passwords high']],
    ['X11', [...quiet, 'x11forwarding yes'], ['sshd-x11 low']],
    [
      'old algorithms',
      [...quiet, 'ciphers aes128-ctr,3des-cbc', 'macs hmac-md5', 'kexalgorithms diffie-hellman-group1-sha1'],
      ['sshd-old-ciphers medium', 'sshd-old-kexalgorithms medium', 'sshd-old-macs medium'],
    ],
    ['old algorithms taken away', [...quiet, 'Ciphers -3des-cbc'], []],
    [
      'host-based',
      [...quiet, 'hostbasedauthentication yes', 'ignorerhosts no'],
      ['sshd-hostbased medium', 'sshd-rhosts medium'],
    ],
    ['no StrictModes', [...quiet, 'strictmodes no'], ['sshd-strict-modes medium']],
  ])('%s', (_what, lines, expected) => {
    expect(sshd('effective', ...lines)).toEqual(expected);
  });

  test('in a file the first value wins, whatever the case, and what is not there has its default', () => {
    expect(sshd('file', 'PasswordAuthentication no', 'PasswordAuthentication yes')).toEqual([]);
    expect(sshd('file', 'PermitRootLogin=YES # why not')).toEqual([
      'sshd-passwords medium',
      'sshd-root-password high',
    ]);
    expect(sshd('file', 'X11Forwarding yes', 'PasswordAuthentication "no"')).toEqual(['sshd-x11 low']);
  });

  test('a configuration that nobody could read is not judged', () => {
    expect(judgeSshd(answerOf())).toEqual([]);
  });

  test('.rhosts is named, and its name is safe to paste', () => {
    const [finding] = judgeSshd(
      answerOf(row('file', 'rhosts', '-rw-r--r--', '0', '0', '/home/a;reboot/.rhosts')),
    );
    expect(finding?.fix).toEqual(["rm '/home/a;reboot/.rhosts'"]);
  });
});

test.each([
  ['an empty password', [row('nopassword', 'guest', '/bin/bash')], ['accounts-no-password high']],
  [
    'an empty password without a shell',
    [row('nopassword', 'games', '/usr/sbin/nologin')],
    ['accounts-no-password low'],
  ],
  ['a twin of root', [row('uid0', 'toor')], ['accounts-root-twin high']],
  [
    'two accounts with one hash',
    [row('password', 'a', 'x'), row('password', 'b', 'x'), row('password', 'c', 'y')],
    ['accounts-same-password medium'],
  ],
  ['nothing', [row('password', 'a', 'x')], []],
])('accounts: %s', (_what, lines, expected) => {
  expect(briefly(judgeAccounts(answerOf(...lines)))).toEqual(expected);
});

test.each([
  [
    'a host key for all',
    row('file', 'hostkey', '-rw-r--r--', '0', '0', '/k'),
    ['keys-host-key-readable high'],
  ],
  [
    'a host key for the group',
    row('file', 'hostkey', '-rw-r-----', '0', '7', '/k'),
    ['keys-host-key-readable high'],
  ],
  ['a host key for ssh_keys', row('file', 'hostkey', '-rw-r-----', '0', '999', '/k'), []],
  [
    'a private key for the group',
    row('file', 'key', '-rw-r-----', '1', '1', '/home/a/.ssh/id_rsa'),
    ['keys-private-key-readable high'],
  ],
  ['a private key for its owner', row('file', 'key', '-rw-------', '1', '1', '/home/a/.ssh/id_rsa'), []],
  [
    'authorized_keys for everybody',
    row('file', 'authorized', '-rw-rw-rw-', '1', '1', '/home/a/.ssh/authorized_keys'),
    ['keys-authorized-keys-writable high'],
  ],
  [
    'a home for its group',
    row('file', 'home', 'drwxrwx---', '1', '1', '/home/a'),
    ['keys-home-writable medium'],
  ],
  [
    'a home with a sticky bit for everybody',
    row('file', 'home', 'drwxrwxrwt', '1', '1', '/home/a'),
    ['keys-home-writable high'],
  ],
  [
    'a home of somebody else',
    row('file', 'home', 'drwx------', '7', '1', '/home/a'),
    ['keys-foreign-owner medium'],
  ],
  ['a home of root', row('file', 'home', 'drwx------', '0', '0', '/home/a'), []],
])('keys: %s', (_what, line, expected) => {
  const answer = answerOf(row('sshkeysgroup', '999'), row('home', 'a', '1', '/home/a'), line);
  expect(briefly(judgeKeys(answer))).toEqual(expected);
});

test('writable: programs, cron jobs, and a PATH of root that has the current folder', () => {
  const answer = answerOf(
    row('writable', 'path', '/usr/local/bin/x y'),
    row('writable', 'cron', '/etc/cron.d/z'),
    row('rootpath', ''),
  );
  expect(briefly(judgeWritable(answer))).toEqual([
    'writable-cron high',
    'writable-path high',
    'writable-root-path medium',
  ]);
  expect(judgeWritable(answer)[0]?.fix).toEqual(["chmod o-w '/usr/local/bin/x y'"]);
});

describe('exports', () => {
  test.each([
    ['/srv *(rw)', ['exports-world high']],
    ['/srv *(ro)', ['exports-world medium']],
    ['/srv', ['exports-world medium']],
    ['/srv n1 (rw)', ['exports-world high']],
    ['/srv 0.0.0.0/0(rw,no_root_squash)', ['exports-root high', 'exports-world high']],
    ['/srv 10.1.0.0/16(rw,no_root_squash)', ['exports-root medium']],
    ['/srv 10.1.0.0/16(rw,no_root_squash,all_squash)', []],
    ['/srv *(rw,sec=krb5p)', []],
    ['/srv -rw,no_root_squash n[1-8]', ['exports-root medium']],
    ['"/srv/with blank" n1(rw) *(ro)', ['exports-world medium']],
    ['# /srv *(rw)', []],
    ['/srv \\\n  *(rw)', ['exports-world high']],
  ])('%s', (text, expected) => {
    const lines = text.split('\n').map((line) => row('export', '/etc/exports', line));
    expect(briefly(judgeExports(answerOf(...lines)))).toEqual(expected);
  });

  test('what the kernel repeats is one finding', () => {
    const answer = answerOf(
      row('export', '/etc/exports', '/srv *(rw)'),
      row('export', '/proc/fs/nfs/exports', '/srv\t*(rw,root_squash,sync)'),
    );
    expect(judgeExports(answer)).toHaveLength(1);
  });

  test('a path in quotes keeps its blanks', () => {
    expect(parseExports('"/a b" n1(rw,sync)')).toEqual([
      { path: '/a b', client: 'n1', options: ['rw', 'sync'] },
    ]);
  });
});

describe('age', () => {
  const now = new Date('2026-11-22');
  const age = (...lines: readonly string[]) => briefly(judgeAge(answerOf(...lines), now));
  const debian12 = row('os', 'debian', '12', 'Debian GNU/Linux 12 (bookworm)');

  test.each([
    [
      'a newer kernel waits',
      [row('kernel', '6.1.0-9-amd64'), row('installed', '6.1.0-10-amd64')],
      ['age-reboot medium'],
    ],
    [
      'a newer kernel of another flavour',
      [row('kernel', '6.1.0-9-amd64'), row('installed', '6.1.0-10-rt-amd64')],
      [],
    ],
    [
      'the newest runs',
      [
        row('kernel', '6.1.0-10-amd64'),
        row('installed', '6.1.0-9-amd64'),
        row('installed', '6.1.0-10-amd64'),
      ],
      [],
    ],
    ['a package asks for a reboot', ['rebootrequired'], ['age-reboot medium']],
    ['an old kernel, Debian', [row('build', '#1 SMP Debian 6.1.119-1 (2024-11-22)')], ['age-kernel medium']],
    [
      'an old kernel, Red Hat',
      [row('build', '#1 SMP PREEMPT_DYNAMIC Wed Oct  2 11:22:33 UTC 2024')],
      ['age-kernel medium'],
    ],
    ['a fresh kernel', [row('build', '#1 SMP Debian 6.1.200-1 (2026-10-01)')], []],
    ['a kernel without a date', [row('build', '#1 SMP PREEMPT_DYNAMIC @0')], []],
    ['a Debian without updates', [row('os', 'debian', '10', 'Debian 10')], ['age-distribution high']],
    [
      'a CentOS without updates',
      [row('os', 'centos', '7', 'CentOS Linux 7 (Core)')],
      ['age-distribution high'],
    ],
    ['an Ubuntu with updates', [row('os', 'ubuntu', '24.04', 'Ubuntu 24.04.1 LTS')], []],
    ['an unknown distribution', [row('os', 'nixos', '21.05', 'NixOS')], []],
    [
      'regreSSHion',
      [debian12, row('opensshpackage', '1:9.2p1-2+deb12u2')],
      ['age-openssh-cve-2024-6387 high'],
    ],
    ['regreSSHion, mended', [debian12, row('opensshpackage', '1:9.2p1-2+deb12u10')], []],
    [
      'a Rocky mended by Red Hat',
      [row('os', 'rocky', '9.4', 'Rocky Linux 9.4'), row('opensshpackage', '8.7p1-38.el9_4.4')],
      ['age-openssh-cve-2023-48795 low'],
    ],
    [
      'a version of which the distribution is unknown',
      [row('openssh', 'OpenSSH_9.7p1')],
      ['age-openssh-cve-2024-6387 low'],
    ],
    ['the newest OpenSSH', [row('openssh', 'OpenSSH_10.2p1')], []],
  ])('%s', (_what, lines, expected) => {
    expect(age(...lines)).toEqual(expected);
  });
});

test.each([
  ['within the round trip', 0, 2000, 1999, []],
  ['two seconds behind, surely', 10_000, 10_100, 8000, ['clock-skew low']],
  ['a minute ahead', 10_000, 10_100, 70_200, ['clock-skew medium']],
  ['ten minutes ahead', 10_000, 10_100, 610_000, ['clock-skew high']],
  ['perhaps two seconds ahead, perhaps not', 10_000, 14_000, 14_500, []],
])('clock: %s', (_what, askedAt, heardAt, nodeAt, expected) => {
  expect(briefly(judgeClock({ askedAt, heardAt, nodeAt }))).toEqual(expected);
});
