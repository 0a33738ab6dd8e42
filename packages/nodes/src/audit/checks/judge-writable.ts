// Programs and cron jobs that everybody can change: what root runs next.
import { quoteForSh } from '@heorot/fanout';
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import type { Finding } from '../finding.ts';

export function judgeWritable(answer: NodeAnswer): readonly Finding[] {
  return [...writableFiles(answer), ...rootPath(answer)];
}

function writableFiles(answer: NodeAnswer): readonly Finding[] {
  return rowsOf(answer, 'writable').map(([place = '', ...name]): Finding => {
    const path = name.join('\t');
    const cron = place === 'cron';
    return {
      check: 'writable',
      id: cron ? 'writable-cron' : 'writable-path',
      severity: 'high',
      what: `${path} can be written by everybody, and ${cron ? 'cron runs it' : 'lies where programs are looked for'}`,
      why: cron
        ? 'what is written there runs as root at the next turn'
        : 'what is written there runs with the rights of whoever types its name, root included',
      fix: [`chmod o-w ${quoteForSh(path)}`],
    };
  });
}

function rootPath(answer: NodeAnswer): readonly Finding[] {
  return rowsOf(answer, 'rootpath').map(
    ([entry = '']): Finding => ({
      check: 'writable',
      id: 'writable-root-path',
      severity: 'medium',
      what: `root's PATH has ${entry === '' ? 'an empty entry, which is the current folder' : `the relative entry ${entry}`}`,
      why: 'root who stands in a folder of others runs their ls',
      fix: ["grep -n 'PATH=' /root/.profile /root/.bashrc /etc/profile /etc/environment   # and take it out"],
    }),
  );
}
