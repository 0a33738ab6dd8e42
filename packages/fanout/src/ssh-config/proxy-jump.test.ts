import { describe, expect, test } from 'vitest';
import { parseProxyJump } from './proxy-jump.ts';

describe('ProxyJump', () => {
  test.each([
    ['none', []],
    ['head', [{ to: ['head'] }]],
    ['root@head:2222', [{ to: ['head'], user: 'root', port: 2222 }]],
    ['a,b', [{ to: ['a'] }, { to: ['b'] }]],
    ['ssh://root@head:22/', [{ to: ['head'], user: 'root', port: 22 }]],
    ['[2001:db8::1]:22', [{ to: ['2001:db8::1'], port: 22 }]],
    ['2001:db8::1', [{ to: ['2001:db8::1'] }]],
    ['gw[1-2],in', [{ to: ['gw1', 'gw2'] }, { to: ['in'] }]],
    ['root@gw[1,3]:2222', [{ to: ['gw1', 'gw3'], user: 'root', port: 2222 }]],
    ['@gateways', [{ to: { group: '@gateways' } }]],
    ['root@@slurm:gateways:2222', [{ to: { group: '@slurm:gateways' }, user: 'root', port: 2222 }]],
  ])('%s', (text, hops) => {
    expect(parseProxyJump(text)).toEqual(hops);
  });

  test.each([
    'domain\\user@head',
    '-oProxyCommand=x',
    'a@-b',
    '-l@a',
    'a,',
    'a:0',
    'a b',
    '$(id)',
    'gw[1',
    '-gw[1-2]',
    '@a b',
    '@$(id)',
  ])('refuses %s', (text) => {
    expect(() => parseProxyJump(text)).toThrow('is not [user@]host[:port]');
  });
});
