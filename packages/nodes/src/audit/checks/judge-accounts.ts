// Accounts that anybody may use: without a password, with root's number, with the password of another.
import { quoteForSh } from '@heorot/fanout';
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import type { Finding } from '../finding.ts';

const cannotLogIn = /(nologin|false|sync|shutdown|halt)$/;

export function judgeAccounts(answer: NodeAnswer): readonly Finding[] {
  return [...withoutPassword(answer), ...rootTwins(answer), ...sharedHere(answer)];
}

function withoutPassword(answer: NodeAnswer): readonly Finding[] {
  const shells = new Map(rowsOf(answer, 'nopassword').map(([name = '', shell = '']) => [name, shell]));
  return [...shells].map(([name, shell]): Finding => {
    const canLogIn = !cannotLogIn.test(shell);
    return {
      check: 'accounts',
      id: 'accounts-no-password',
      severity: canLogIn ? 'high' : 'low',
      what: `account ${name} has an empty password${canLogIn ? '' : ', but no shell to log in with'}`,
      why: 'knowing its name is enough, on the console, for su, and over ssh where empty passwords are let in',
      fix: [`passwd -l ${quoteForSh(name)}`],
    };
  });
}

function rootTwins(answer: NodeAnswer): readonly Finding[] {
  return rowsOf(answer, 'uid0').map(
    ([name = '']): Finding => ({
      check: 'accounts',
      id: 'accounts-root-twin',
      severity: 'high',
      what: `account ${name} is root under another name (uid 0)`,
      why: 'a second way to be root, with a password of its own, is how many break-ins stay',
      fix: [`grep ${quoteForSh(`^${name}:`)} /etc/passwd   # whose is it?`, `userdel -f ${quoteForSh(name)}`],
    }),
  );
}

/** The same salted hash twice is a line that was copied, not chance. */
function sharedHere(answer: NodeAnswer): readonly Finding[] {
  return [...Map.groupBy(rowsOf(answer, 'password'), ([, tag]) => tag).values()]
    .filter((holders) => holders.length > 1)
    .map((holders): Finding => {
      const names = holders.map(([name = '']) => name).toSorted();
      return {
        check: 'accounts',
        id: 'accounts-same-password',
        severity: 'medium',
        what: `accounts ${names.join(', ')} have the very same password hash`,
        why: 'one password opens all of them',
        fix: names.slice(1).map((name) => `passwd ${quoteForSh(name)}`),
      };
    });
}
