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
  ])('%s', (text, hops) => {
    expect(parseProxyJump(text)).toEqual(hops);
  });

  test.each(['domain\\user@head', '-oProxyCommand=x', 'a@-b', '-l@a', 'a,', 'a:0', 'a b', '$(id)'])(
    'refuses %s',
    (text) => {
      expect(() => parseProxyJump(text)).toThrow('is not [user@]host[:port]');
    },
  );
});
