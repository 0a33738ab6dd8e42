// The script on this machine, in the shells that nodes have.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { checkNames } from '../finding.ts';
import { auditScript } from './audit-script.ts';
import { parseAnswer, rowsOf } from './parse-answer.ts';
import { hmacPads } from './password-tags.ts';

const shells = [['sh'], ['bash'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', 'true']).error === undefined,
);

function ask(shell: readonly string[], ...checks: Parameters<typeof auditScript>[0]) {
  const [program = 'sh', ...rest] = shell;
  const input = auditScript(checks, randomBytes(32));
  return parseAnswer(execFileSync(program, rest, { input, encoding: 'utf8' }));
}

describe.each(shells)('in %s %s', (...shell) => {
  test('it runs to its end and says what is so', () => {
    const answer = ask(shell, ...checkNames);
    expect(answer?.isRoot).toBe(process.getuid?.() === 0);
    expect(Math.abs((answer?.clockSeconds ?? 0) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(answer && rowsOf(answer, 'kernel')).toHaveLength(1);
  });

  test('it sees a socket that listens, without ss', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.99.1.2', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const answer = ask(shell, 'listening');
    server.close();
    const hex = `0201637F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    expect(answer && rowsOf(answer, 'socket').map(([protocol, local]) => [protocol, local])).toContainEqual([
      'tcp',
      hex,
    ]);
  });

  test('a check that was not asked for is not made', () => {
    expect([...(ask(shell, 'age')?.rows.keys() ?? [])]).not.toContain('sshdsource');
  });

  test('the tag of a password hash is its HMAC-SHA-256, made without openssl', () => {
    const key = Buffer.from('a key of thirty-two bytes, or so!');
    const { inner, outer } = hmacPads(key);
    const hash = '$6$salt%s\\n$5Gh/x.';
    const functions = auditScript(['accounts'], key)
      .split('\n')
      .filter((line) => /^(digest|bytes|tag)\(\)/.test(line));
    const [program = 'sh', ...rest] = shell;
    const tag = execFileSync(program, rest, {
      input: [`inner='${inner}'`, `outer='${outer}'`, ...functions, `tag '${hash}'`].join('\n'),
      encoding: 'utf8',
    });
    expect(tag.trim()).toBe(createHmac('sha256', key).update(hash).digest('hex'));
  });
});

test('a script that arrives cut does nothing', () => {
  const script = auditScript(checkNames, randomBytes(32));
  const { stdout } = spawnSync('sh', [], { input: script.slice(0, script.length - 200), encoding: 'utf8' });
  expect(parseAnswer(stdout)).toBeUndefined();
});
