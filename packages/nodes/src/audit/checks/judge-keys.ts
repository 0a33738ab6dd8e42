// Keys that others can read, and files by which others could let themselves in.
import { quoteForSh } from '@heorot/fanout';
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import type { Finding } from '../finding.ts';

interface FileFacts {
  readonly kind: string;
  /** As `ls -l` shows it. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly path: string;
}

export function judgeKeys(answer: NodeAnswer): readonly Finding[] {
  const homes = rowsOf(answer, 'home').map(([name = '', uid = '', ...home]) => ({
    name,
    uid,
    home: home.join('\t'),
  }));
  const keyGroup = rowsOf(answer, 'sshkeysgroup')[0]?.[0] ?? '';
  const findings = rowsOf(answer, 'file')
    .map(fileOf)
    .flatMap((file) => {
      const owner = homes.find(({ home }) => file.path === home || file.path.startsWith(`${home}/`));
      switch (file.kind) {
        case 'hostkey':
          // Red Hat's host keys belong to the group ssh_keys, for ssh-keysign.
          return readable(file, file.group === keyGroup) ? [hostKey(file)] : [];
        case 'key':
          return readable(file, false) ? [userKey(file)] : [];
        case 'home':
        case 'ssh':
        case 'authorized':
          return [...writable(file), ...foreign(file, owner?.uid)];
        default:
          return [];
      }
    });
  // Accounts that share a home (/, /var/lib/...) show it once each.
  return [...new Map(findings.map((finding) => [finding.what, finding])).values()];
}

function fileOf([kind = '', mode = '', owner = '', group = '', ...path]: readonly string[]): FileFacts {
  return { kind, mode, owner, group, path: path.join('\t') };
}

const readable = ({ mode }: FileFacts, groupMay: boolean) =>
  mode[7] === 'r' || (mode[4] === 'r' && !groupMay);

function hostKey({ path, mode }: FileFacts): Finding {
  return {
    check: 'keys',
    id: 'keys-host-key-readable',
    severity: 'high',
    what: `host key ${path} can be read by others (${mode})`,
    why: 'who has it answers in the place of this node, and nobody notices',
    fix: [
      `chmod 600 ${quoteForSh(path)}`,
      `rm ${quoteForSh(path)} ${quoteForSh(`${path}.pub`)} && ssh-keygen -A   # if others had the time to read it`,
    ],
  };
}

function userKey({ path, mode }: FileFacts): Finding {
  return {
    check: 'keys',
    id: 'keys-private-key-readable',
    severity: 'high',
    what: `private key ${path} can be read by others (${mode})`,
    why: 'who reads it is its owner everywhere it is accepted',
    fix: [
      `chmod 600 ${quoteForSh(path)}`,
      'make a new key, and take the old one out of every authorized_keys',
    ],
  };
}

function writable({ kind, path, mode }: FileFacts): readonly Finding[] {
  const world = mode[8] === 'w';
  // A user's own group is common on home folders (umask 002), and sshd's StrictModes refuses it anyway.
  if (!world && mode[5] !== 'w') return [];
  return [
    {
      check: 'keys',
      id: `keys-${kind === 'home' ? 'home' : 'authorized-keys'}-writable`,
      severity: world ? 'high' : 'medium',
      what: `${path} can be written by ${world ? 'everybody' : 'its group'} (${mode})`,
      why: 'who can write there adds a key and logs in as its owner',
      fix: [`chmod go-w ${quoteForSh(path)}`],
    },
  ];
}

function foreign({ path, owner }: FileFacts, uid: string | undefined): readonly Finding[] {
  if (uid === undefined || owner === uid || owner === '0') return [];
  return [
    {
      check: 'keys',
      id: 'keys-foreign-owner',
      severity: 'medium',
      what: `${path} belongs to uid ${owner}, not to its user (uid ${uid})`,
      why: 'its owner decides who logs in there',
      fix: [`chown ${uid} ${quoteForSh(path)}`],
    },
  ];
}
