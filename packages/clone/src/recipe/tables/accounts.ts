// Facts: users, groups, passwords and keys.
import {
  type CommandTable,
  flag,
  honoured,
  type InImage,
  integer,
  list,
  OPERAND,
  requiredText,
  text,
} from './facts.ts';

const ofInstaller: InImage = {
  kind: 'no-effect',
  why: 'no installer runs: the boot environment is reached with the keys of the head',
};

export const accounts: CommandTable = {
  group: {
    about: 'a group of users',
    options: { '--name': requiredText, '--gid': integer },
    unique: { by: ['--name'], severity: 'warning' },
    inImage: honoured,
  },
  rootpw: {
    about: "root's password",
    operands: { name: 'password', min: 0, max: 1 },
    options: {
      '--iscrypted': flag,
      '--lock': flag,
      '--plaintext': flag,
      '--allow-ssh': { takes: 'nothing', in: 'RHEL9- F' },
    },
    rules: [{ rule: 'at-least-one', of: [OPERAND, '--lock'] }],
    inImage: honoured,
  },
  sshkey: {
    about: 'an authorised key of a user',
    operands: { name: 'key', min: 1, max: 1 },
    options: { '--username': requiredText },
    unique: { by: ['--username'], severity: 'warning' },
    inImage: honoured,
  },
  sshpw: {
    about: 'a user of the installer',
    operands: { name: 'password', min: 1, max: Number.POSITIVE_INFINITY, together: true },
    options: {
      '--username': requiredText,
      '--iscrypted': flag,
      '--plaintext': flag,
      '--lock': flag,
      '--sshkey': flag,
    },
    unique: { by: ['--username'], severity: 'warning' },
    inImage: ofInstaller,
  },
  user: {
    about: 'a user',
    options: {
      '--homedir': text,
      '--iscrypted': flag,
      '--name': requiredText,
      '--password': text,
      '--shell': text,
      '--uid': integer,
      '--lock': flag,
      '--plaintext': flag,
      '--gecos': text,
      '--gid': integer,
      '--groups': list,
    },
    unique: { by: ['--name'], severity: 'warning' },
    inImage: honoured,
  },
};
