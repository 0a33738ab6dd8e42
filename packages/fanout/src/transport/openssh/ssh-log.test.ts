// The lines are those of OpenSSH 9.2p1, as they came.
import { describe, expect, test } from 'vitest';
import { endReason, logFact, loginFailure } from './ssh-log.ts';

test.each([
  ['debug1: Entering interactive session.', { kind: 'ready' }],
  ['debug1: channel 2: new session [client-session] (inactive timeout: 0)', { kind: 'channel', channel: 2 }],
  ['debug1: channel 2: new [client-session]', { kind: 'channel', channel: 2 }],
  ['debug1: Sending command: uname -r', { kind: 'command-sent' }],
  [
    'debug1: client_input_channel_req: channel 2 rtype exit-status reply 0',
    { kind: 'exit', channel: 2, how: 'exit-status' },
  ],
  [
    'debug1: client_input_channel_req: channel 3 rtype exit-signal reply 0',
    { kind: 'exit', channel: 3, how: 'exit-signal' },
  ],
  ['debug1: channel 2: free: client-session, nchannels 3', { kind: 'channel-closed', channel: 2 }],
  [
    'channel 2: open failed: administratively prohibited: open failed',
    { kind: 'channel-refused', channel: 2, reason: 'administratively prohibited: open failed' },
  ],
  ['debug1: channel 1: new mux-control [mux-control] (inactive timeout: 0)', undefined],
  ['debug1: channel 1: free: mux-control, nchannels 2', undefined],
  ['debug1: client_input_global_request: rtype hostkeys-00@openssh.com want_reply 0', undefined],
  ['Authenticated to n1 ([10.0.0.1]:22) using "publickey".', undefined],
])('%s', (line, fact) => {
  expect(logFact(line)).toEqual(fact);
});

describe('why a login failed', () => {
  const shown = 'debug1: Server host key: ssh-ed25519 SHA256:J2WT';
  const cases: readonly [string, readonly string[], object][] = [
    [
      'refused',
      ['ssh: connect to host 10.0.0.1 port 22: Connection refused'],
      { kind: 'unreachable', reason: 'connection refused: 10.0.0.1 port 22' },
    ],
    [
      'no route',
      ['ssh: connect to host 10.0.0.1 port 22: No route to host'],
      { kind: 'unreachable', reason: 'no route to host: 10.0.0.1 port 22' },
    ],
    [
      'silence',
      ['ssh: connect to host 10.0.0.1 port 22: Connection timed out'],
      { kind: 'connect-timeout', afterMs: 5000, reason: 'no answer within 5 s while connecting' },
    ],
    [
      'no greeting',
      ['Connection timed out during banner exchange', 'Connection to 10.0.0.1 port 22 timed out'],
      {
        kind: 'connect-timeout',
        afterMs: 5000,
        reason: 'no answer within 5 s while waiting for the greeting',
      },
    ],
    [
      'name',
      ['ssh: Could not resolve hostname n9: Name or service not known'],
      { kind: 'unreachable', reason: 'name not found: n9' },
    ],
    [
      'post-quantum only',
      [
        'Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found. Their offer: sntrup761x25519-sha512@openssh.com',
      ],
      {
        kind: 'unreachable',
        reason: 'no matching key exchange method found. Their offer: sntrup761x25519-sha512@openssh.com',
      },
    ],
    [
      'unknown key',
      [
        shown,
        'No ED25519 host key is known for n1 and you have requested strict checking.',
        'Host key verification failed.',
      ],
      {
        kind: 'host-key',
        reason: 'host key of n1 is not known: ssh-ed25519 SHA256:J2WT',
        hint: 'nodes trust -w n1',
      },
    ],
    [
      'permission',
      [
        'debug1: Offering public key: /root/.ssh/id_ed25519 ED25519 SHA256:S3a2 explicit',
        'root@10.0.0.1: Permission denied (publickey,password).',
      ],
      {
        kind: 'auth',
        reason:
          'permission denied for root@10.0.0.1: tried /root/.ssh/id_ed25519; the node accepts publickey, password; OpenSSH sends no password from here: --transport ssh2 --ask-password does',
      },
    ],
    [
      'too many keys',
      ['Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures'],
      { kind: 'auth', reason: 'too many authentication failures: no key to try' },
    ],
    [
      'a bad option',
      [
        '/root/.ssh/config: line 3: Bad configuration option: foo',
        '/root/.ssh/config: terminating, 1 bad configuration options',
      ],
      {
        kind: 'unreachable',
        reason:
          'ssh: /root/.ssh/config: line 3: Bad configuration option: foo; /root/.ssh/config: terminating, 1 bad configuration options',
      },
    ],
    ['silence of ssh itself', [], { kind: 'unreachable', reason: 'ssh: ended without a word' }],
  ];

  test.each(cases)('%s', (_name, lines, outcome) => {
    expect(loginFailure(lines, { node: 'n1', gateways: [], timeoutMs: 5000 })).toEqual(outcome);
  });

  test('a changed key names the line that holds the other', () => {
    const lines = [
      shown,
      '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
      'Offending ED25519 key in /root/.ssh/known_hosts:7',
      'Host key verification failed.',
    ];
    expect(loginFailure(lines, { node: 'n1', gateways: [], timeoutMs: 5000 })).toMatchObject({
      kind: 'host-key',
      reason:
        'HOST KEY OF n1 HAS CHANGED: it showed ssh-ed25519 SHA256:J2WT, but /root/.ssh/known_hosts:7 has another',
    });
  });

  test("a gateway's failure is told from the node's", () => {
    const context = { node: 'n1', gateways: ['head'], timeoutMs: 5000 };
    const dead = [
      'ssh: connect to host head port 22: Connection refused',
      'Connection closed by UNKNOWN port 65535',
    ];
    const beyond = [
      'channel 0: open failed: connect failed: Connection refused',
      'stdio forwarding failed',
      'Connection closed by UNKNOWN port 65535',
    ];
    const node = ['root@10.0.0.1: Permission denied (publickey).'];
    expect([dead, beyond, node].map((lines) => loginFailure(lines, context).reason)).toEqual([
      'gateway head: connection refused: head port 22',
      'connection refused: n1 through gateway head',
      'permission denied for root@10.0.0.1: no key to try; the node accepts publickey',
    ]);
  });
});

test.each([
  [['Timeout, server 10.0.0.1 not responding.'], 'no answer for 45 s'],
  [['Connection to 10.0.0.1 closed by remote host.'], 'the node closed the connection'],
  [['client_loop: send disconnect: Broken pipe', 'Connection reset by 10.0.0.1 port 22'], 'connection reset'],
  [[], 'ssh ended'],
])('why a connection ended: %j', (lines, reason) => {
  expect(endReason(lines, 45_000)).toBe(reason);
});

test.each<[string, readonly string[], string]>([
  [
    'the second of two gateways refuses the connection',
    [
      'Authenticated to out ([10.0.0.1]:22) using "publickey".',
      'channel 0: open failed: connect failed: Connection refused',
    ],
    'gateway in: connection refused: in through gateway out',
  ],
  [
    'the node refuses it',
    [
      'Authenticated to out ([10.0.0.1]:22) using "publickey".',
      'Authenticated to in (via proxy) using "publickey".',
      'channel 0: open failed: connect failed: Connection refused',
    ],
    'connection refused: n1 through gateway in',
  ],
  [
    'the first is not there',
    ['ssh: connect to host out port 22: Connection refused', 'Connection closed by UNKNOWN port 65535'],
    'gateway out: connection refused: out port 22',
  ],
])('behind two gateways: %s', (_name, lines, reason) => {
  const context = { node: 'n1', gateways: ['out', 'in'], timeoutMs: 1000 };
  expect(loginFailure(lines, context)).toEqual({ kind: 'unreachable', reason });
});

test('a node that closes the connection behind a living gateway is not taken for a dead gateway', () => {
  const closed = [
    'Authenticated to head ([10.0.0.1]:22) using "publickey".',
    'Connection closed by UNKNOWN port 65535',
  ];
  const context = { node: 'n1', gateways: ['head'], timeoutMs: 1000 };
  expect(loginFailure(closed, context).reason).not.toContain('gateway');
  const lost = [...closed, 'Connection to 10.0.0.1 closed by remote host.'];
  expect(loginFailure(lost, context).reason).toMatch(/^gateway head: /);
});

test('a FIDO key without its authenticator is told apart from one that the node refuses', () => {
  const lines = [
    'debug1: Offering public key: /home/a/.ssh/id_ed25519_sk ED25519-SK SHA256:x explicit authenticator',
    'debug1: Server accepts key: /home/a/.ssh/id_ed25519_sk ED25519-SK SHA256:x explicit authenticator',
    'sign_and_send_pubkey: signing failed for ED25519-SK "/home/a/.ssh/id_ed25519_sk": device not found',
    'root@n1: Permission denied (publickey).',
  ];
  expect(loginFailure(lines, { node: 'n1', gateways: [], timeoutMs: 1000 })).toEqual({
    kind: 'auth',
    reason:
      'permission denied for root@n1: tried /home/a/.ssh/id_ed25519_sk; the node accepts publickey; the node takes the FIDO key /home/a/.ssh/id_ed25519_sk, but it could not sign: no authenticator is plugged in',
  });
});

test('the warning of OpenSSH 10.1 about key exchange is no reason for anything', () => {
  const lines = [
    'ssh: something new',
    '** WARNING: connection is not using a post-quantum key exchange algorithm.',
    '** This session may be vulnerable to "store now, decrypt later" attacks.',
    '** The server may need to be upgraded. See https://openssh.com/pq.html',
  ];
  expect(loginFailure(lines, { node: 'n1', gateways: [], timeoutMs: 1000 })).toEqual({
    kind: 'unreachable',
    reason: 'ssh: ssh: something new',
  });
});
