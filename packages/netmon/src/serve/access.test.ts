import { describe, expect, it } from 'vitest';
import { Access, type Credentials, sameSecret } from './access.ts';

const token = 'K3y-of_the.hall~0123456';
const access = new Access({ token, names: ['Head', 'head.example.org'], port: 9876 });
const nothing: Credentials = {
  host: '127.0.0.1:9876',
  cookie: undefined,
  authorization: undefined,
  token: null,
};

describe('who may come in', () => {
  it.each([
    ['nobody without a token', {}, 'refused'],
    ['nobody with another one', { token: `${token}x` }, 'refused'],
    ['nor with an empty one', { token: '' }, 'refused'],
    ['who has it in the address', { token }, 'first'],
    ['who has the cookie', { cookie: `other=1; netmon-9876=${token}` }, 'allowed'],
    ['not by the cookie of another port', { cookie: `netmon-1=${token}` }, 'refused'],
    ['who shows it as a bearer', { authorization: `Bearer ${token}` }, 'allowed'],
    ['not by another scheme', { authorization: `Basic ${token}` }, 'refused'],
    ['nobody under a name that is not ours', { token, host: 'evil.example:9876' }, 'refused-host'],
    ['nobody without a name', { token, host: undefined }, 'refused-host'],
  ] as const)('%s', (_, shown, kind) => {
    expect(access.enter({ ...nothing, ...shown }).kind).toBe(kind);
  });

  it.each([
    'localhost',
    'LOCALHOST:1',
    'head',
    'head.example.org.',
    '10.0.0.1:80',
    '[::1]:9876',
    '[fe80::1]',
  ])('%s is ours', (host) => expect(access.isOurs(host)).toBe(true));

  it.each(['', 'head.evil', '127.0.0.1.evil.example', '[::1', 'localhost:99999999', 'a b', '[evil]:1'])(
    '%j is not ours',
    (host) => expect(access.isOurs(host)).toBe(false),
  );

  it('the cookie is for this server alone and for no script', () => {
    const entrance = access.enter({ ...nothing, token });
    expect(entrance).toEqual({
      kind: 'first',
      cookie: `netmon-9876=${token}; Path=/; HttpOnly; SameSite=Strict`,
    });
  });

  it('secrets of different lengths are different', () => {
    expect([sameSecret('a', 'a'), sameSecret('a', 'aa'), sameSecret('', 'a')]).toEqual([true, false, false]);
  });
});
