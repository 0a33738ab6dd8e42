// How findings of many nodes become one list, and what only comparing nodes shows.
import { plainTheme } from '@heorot/cli';
import { describe, expect, test } from 'vitest';
import { parseAnswer } from './ask/parse-answer.ts';
import { chosenChecks } from './chosen-checks.ts';
import { checkNames } from './finding.ts';
import { judgeNodes } from './judge-nodes.ts';
import { renderByNode, renderFolded } from './show/render-findings.ts';
import { answerOf, row } from './testing/answer-of.ts';

const now = new Date('2026-11-22');
const audited = (answers: Readonly<Record<string, readonly string[]>>) =>
  new Map(
    Object.entries(answers).map(([node, lines]) => [
      node,
      { answer: answerOf(row('boot', `boot of ${node}`), ...lines), clock: undefined },
    ]),
  );
const judged = (
  answers: Readonly<Record<string, readonly string[]>>,
  checks = checkNames.values().toArray(),
) => judgeNodes(audited(answers), checks, now).map(({ id, nodes }) => `${id} ${nodes.join()}`);

const telnet = row('socket', 'tcp', '00000000:0017', '0', 'inetd');
const key = row('hostkey', 'ssh-ed25519', 'AAAA');

test('equal findings fold, the gravest come first, then those that most nodes have', () => {
  const x11 = row('sshd', 'x11forwarding', 'yes');
  const quiet = [row('sshdsource', 'effective'), row('sshd', 'passwordauthentication', 'no'), x11];
  expect(judged({ n1: quiet, n2: [...quiet, telnet], n3: [...quiet, row('uid0', 'toor'), telnet] })).toEqual([
    'listening-telnet n2,n3',
    'accounts-root-twin n3',
    'sshd-x11 n1,n2,n3',
  ]);
});

test('a check that was not asked for finds nothing, though the answer would show it', () => {
  expect(judged({ n1: [telnet, key], n2: [key] }, ['clock'])).toEqual([]);
});

describe('what several nodes have', () => {
  test('host keys, machine ids and password hashes', () => {
    const copy = [key, row('machineid', 'abc'), row('password', 'root', 'tag')];
    expect(
      judged({ n1: copy, n2: copy, n3: [row('machineid', ''), row('password', 'root', 'other')] }),
    ).toEqual(['identity-host-key n1,n2', 'identity-machine-id n1,n2', 'accounts-shared-password n1,n2']);
  });

  test('names of one machine are told so, and not accused of sharing', () => {
    const one = [key, row('boot', 'same')];
    const answers = new Map(
      ['n1', 'n2'].map((node) => [node, { answer: answerOf(...one), clock: undefined }] as const),
    );
    expect(judgeNodes(answers, checkNames, now).map(({ id }) => id)).toEqual(['identity-same-machine']);
  });
});

describe('the text for people', () => {
  const nodes = audited({ n1: [telnet], n2: [telnet, row('unseen', 'the moon'), row('unseen', 'the moon')] });
  const findings = judgeNodes(nodes, checkNames, now);

  test('folded', () => {
    expect(renderFolded(findings, nodes, plainTheme)).toEqual([
      'high    n[1-2]: telnet is open to the network: tcp port 23 (inetd)',
      '        why: passwords cross the network in clear text',
      '        fix: systemctl disable --now telnet.socket',
      '',
      'unseen  n2: the moon (ask as root: -l root)',
      '1 high on 2 nodes',
    ]);
  });

  test('by node', () => {
    const lines = renderByNode(findings, nodes, plainTheme);
    expect(lines.filter((line) => /^(n\d|high)/.test(line))).toEqual([
      'n1',
      'high    telnet is open to the network: tcp port 23 (inetd)',
      'n2',
      'high    telnet is open to the network: tcp port 23 (inetd)',
    ]);
  });

  test('escape sequences in the name of a process do not reach the terminal', () => {
    const evil = audited({ n1: [row('socket', 'tcp', '00000000:0017', '0', '\x1b]0;pwned\x07')] });
    expect(renderFolded(judgeNodes(evil, checkNames, now), evil, plainTheme).join('\n')).not.toContain(
      '\x1b',
    );
  });

  test('nothing found', () => {
    expect(renderFolded([], audited({ n1: [] }), plainTheme)).toEqual(['nothing found on 1 node']);
  });
});

test.each([
  ['a cut answer', 'heorot-audit 1\nroot\t0\n'],
  ['nothing', ''],
  ['noise', 'Welcome\nend\n'],
])('%s is no answer', (_what, text) => {
  expect(parseAnswer(text)).toBeUndefined();
});

test('an answer is read between the marker and the end, with the clock of busybox in the middle of its second', () => {
  const answer = parseAnswer('Welcome\r\nheorot-audit 1\r\nclock\t100.%N\r\nroot\t1000\r\nend\r\nbye\r\n');
  expect(answer).toMatchObject({ clockSeconds: 100.5, isRoot: false, bootId: undefined });
});

test.each([
  [[], [], checkNames],
  [['sshd,clock'], [], ['sshd', 'clock']],
  [['sshd', 'age'], ['age'], ['sshd']],
  [[], checkNames.filter((name) => name !== 'age'), ['age']],
])('--only %j --skip %j', (only, skip, expected) => {
  expect(chosenChecks(only, skip)).toEqual(expected);
});

test.each([
  [['nonsense'], [], "'nonsense' is no check"],
  [['age'], ['age'], 'no check is left to do'],
])('--only %j --skip %j is refused', (only, skip, message) => {
  expect(() => chosenChecks(only, skip)).toThrow(message);
});
