import { expect, it } from 'vitest';
import { isLoopback, parseListen, urlOf } from './listen-address.ts';

it.each([
  ['127.0.0.1:9876', '127.0.0.1', 9876, true, 'http://127.0.0.1:9876/'],
  ['127.9.0.1:0', '127.9.0.1', 0, true, 'http://127.9.0.1:0/'],
  ['localhost:80', 'localhost', 80, true, 'http://localhost:80/'],
  ['[::1]:80', '::1', 80, true, 'http://[::1]:80/'],
  ['0.0.0.0:80', '0.0.0.0', 80, false, 'http://127.0.0.1:80/'],
  ['[::]:80', '::', 80, false, 'http://[::1]:80/'],
  ['head:80', 'head', 80, false, 'http://head:80/'],
  ['127.evil.example:80', '127.evil.example', 80, false, 'http://127.evil.example:80/'],
])('%s', (text, host, port, loopback, url) => {
  const address = parseListen(text);
  expect(address).toEqual({ host, port });
  expect([isLoopback(address), urlOf(address)]).toEqual([loopback, url]);
});

it.each(['', '9876', '127.0.0.1', ':9876', '127.0.0.1:65536', '::1:80', '[head]:80', 'a/b:80'])(
  '%j is refused',
  (text) => {
    expect(() => parseListen(text)).toThrow(/is no address and port/);
  },
);
