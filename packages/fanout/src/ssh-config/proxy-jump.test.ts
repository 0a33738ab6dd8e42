import { describe, expect, test } from 'vitest';
import { parseProxyJump } from './proxy-jump.ts';

describe('ProxyJump', () => {
  test.each([
    ['none', []],
    ['head', [{ host: 'head' }]],
    ['root@head:2222', [{ host: 'head', user: 'root', port: 2222 }]],
    ['a,b', [{ host: 'a' }, { host: 'b' }]],
    ['ssh://root@head:22/', [{ host: 'head', user: 'root', port: 22 }]],
    ['[2001:db8::1]:22', [{ host: '2001:db8::1', port: 22 }]],
    ['2001:db8::1', [{ host: '2001:db8::1' }]],
    ['domain\\user@head', undefined],
    ['-oProxyCommand=x', undefined],
    ['a@-b', undefined],
    ['-l@a', undefined],
    ['a,', undefined],
    ['a:0', undefined],
    ['a b', undefined],
    ['$(id)', undefined],
  ])('%s', (text, hops) => {
    if (hops === undefined) expect(() => parseProxyJump(text)).toThrow('is not [user@]host[:port]');
    else expect(parseProxyJump(text)).toEqual(hops);
  });
});
