import { expect, test } from 'vitest';
import { loginFailure, unreachable } from './connect-failure.ts';

const facts = {
  doing: 'authenticating',
  refusal: undefined,
  knownTypes: [],
  authentication: 'permission denied for root: tried a',
};

const withFields = (message: string, fields: object) => Object.assign(new Error(message), fields);

test.each([
  ['ECONNREFUSED', 'connection refused: n1 port 22'],
  ['EHOSTUNREACH', 'no route to host: n1 port 22'],
  ['ENOTFOUND', 'name not found: n1'],
  ['EAI_AGAIN', 'name lookup failed: no answer from the name server: n1'],
  ['EMFILE', 'too many open files on this machine (raise `ulimit -n`): n1 port 22'],
  ['EOTHER', 'odd: n1 port 22'],
])('TCP error %s', (code, reason) => {
  expect(unreachable(withFields('odd', { code }), 'n1', 22)).toEqual({ kind: 'unreachable', reason });
});

test('a refused host key is the outcome, whatever ssh2 calls it', () => {
  const refusal = { kind: 'host-key', reason: 'changed', hint: 'ask' } as const;
  expect(loginFailure(new Error('Handshake failed'), { ...facts, refusal })).toBe(refusal);
});

test('a host without a key of a recorded type is a host-key failure', () => {
  const error = new Error('Handshake failed: no matching host key format');
  expect(loginFailure(error, { ...facts, knownTypes: ['ssh-rsa'] }).kind).toBe('host-key');
  expect(loginFailure(error, facts).kind).toBe('unreachable');
});

test('a key exchange that ssh2 lacks points to the other transport', () => {
  const error = new Error('Handshake failed: no matching key exchange algorithm');
  expect(loginFailure(error, facts)).toEqual({
    kind: 'unreachable',
    reason: 'no key exchange algorithm in common with the built-in client; try --transport openssh',
  });
});

test.each([
  withFields('All configured authentication methods failed', { level: 'client-authentication' }),
  withFields('Too many authentication failures', { code: 2 }),
  withFields('no more', { code: 14 }),
])('authentication: %s', (error) => {
  expect(loginFailure(error, facts)).toEqual({ kind: 'auth', reason: facts.authentication });
});

test('a connection that ends in between says in the middle of what', () => {
  const reset = withFields('read ECONNRESET', { code: 'ECONNRESET' });
  expect(loginFailure(reset, facts).reason).toBe('connection reset while authenticating');
  const early = new Error('Connection lost before handshake');
  expect(loginFailure(early, facts).reason).toMatch(/^closed the connection before its greeting/);
});
