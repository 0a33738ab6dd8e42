import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesComeFirst, lookupHost, parseHostsFile } from './hosts-file.ts';

test('a name has the address of its line, in whatever case it is written', () => {
  const text = '# 10.0.0.9 no\n10.0.0.1\tn1.example  N1 # n2\r\n\n::1 six\nnonsense n3\n';
  expect([...parseHostsFile(text)]).toEqual([
    ['n1.example', '10.0.0.1'],
    ['n1', '10.0.0.1'],
    ['six', '::1'],
  ]);
});

test('a name with several addresses is left to the system', () => {
  const text = '127.0.0.1 localhost here\n::1 localhost\n127.0.0.1 here\n';
  expect([...parseHostsFile(text)]).toEqual([['here', '127.0.0.1']]);
});

test.each([
  ['hosts: files dns', true],
  ['passwd: sss files\nhosts:\tfiles mdns4_minimal [NOTFOUND=return] dns', true],
  ['hosts: dns files', false],
  ['hosts: resolve [!UNAVAIL=return] files dns', false],
  ['', true],
])('%s: the file comes first: %s', (text, first) => {
  expect(filesComeFirst(text)).toBe(first);
});

const ask = (name: string) =>
  new Promise((resolve, reject) => {
    lookupHost(name, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
  });

test('names of this machine have the addresses that the system gives', async () => {
  const names = ['localhost', ...parseHostsFile(readFileSync('/etc/hosts', 'utf8')).keys()];
  for (const name of names.slice(0, 20)) expect(await ask(name)).toEqual(await lookup(name, { all: true }));
});

test('a name that nobody knows is an error', async () => {
  await expect(ask('no-such-host.invalid')).rejects.toMatchObject({ syscall: 'getaddrinfo' });
});
