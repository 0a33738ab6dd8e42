// Facts: the sections of a recipe and the options of their headings.
import { type CommandTable, flag, honoured, integer, requiredText, text } from './facts.ts';

const script = {
  '--erroronfail': flag,
  '--interpreter': text,
  '--log': text,
  '--logfile': { ...text, sameAs: '--log' },
};

export const sections: CommandTable = {
  '%addon': {
    about: 'data of an add-on of the installer',
    arguments: 'anything',
    inImage: { kind: 'no-effect', why: 'no installer runs' },
  },
  '%anaconda': {
    about: 'settings of the installer',
    arguments: 'anything',
    inImage: { kind: 'no-effect', why: 'no installer runs' },
  },
  '%certificate': {
    about: 'a certificate for the installed system',
    options: { '--filename': requiredText, '--dir': text, '--type': text },
    rules: [{ rule: 'at-least-one', of: ['--dir', '--type'] }],
    inImage: { kind: 'no-effect', why: 'the image carries its certificates' },
  },
  '%onerror': {
    about: 'a script for when the installation fails',
    options: script,
    inImage: { kind: 'no-effect', why: 'the head sets failed nodes aside and keeps their logs' },
  },
  '%packages': {
    about: 'packages to install',
    options: {
      '--excludedocs': flag,
      '--ignoremissing': flag,
      '--default': flag,
      '--instLangs': { takes: 'text', in: 'RHEL8-9 F', deprecated: 'RHEL9 F' },
      '--inst-langs': { takes: 'text', in: 'RHEL9- F' },
      '--multilib': flag,
      '--nocore': flag,
      '--timeout': integer,
      '--retries': integer,
      '--excludeWeakdeps': { takes: 'nothing', in: 'RHEL8-9 F', deprecated: 'RHEL9 F' },
      '--exclude-weakdeps': { takes: 'nothing', in: 'RHEL9- F' },
      '--ignorebroken': { takes: 'nothing', in: 'F' },
    },
    rules: [{ rule: 'at-most-one', of: ['--default', '--nocore'] }],
    inImage: honoured,
  },
  '%post': {
    about: 'a script at the end, in the installed system',
    options: { ...script, '--nochroot': flag },
    inImage: honoured,
  },
  '%pre': { about: 'a script before partitioning', options: script, inImage: honoured },
  '%pre-install': {
    about: 'a script between partitioning and unpacking',
    options: script,
    inImage: honoured,
  },
  '%traceback': {
    about: 'a script for when the installer crashes',
    superseded: { in: 'RHEL9- F', by: '%onerror' },
    options: script,
    inImage: { kind: 'no-effect', why: 'no installer runs' },
  },
};
