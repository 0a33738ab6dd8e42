// Facts: where packages would come from. An image deployment refuses them: what is installed is the image.
import {
  boolean,
  type CommandTable,
  flag,
  type InImage,
  integer,
  list,
  type OptionFacts,
  requiredText,
  text,
} from './facts.ts';

const refused: InImage = {
  kind: 'refused',
  why: 'what is installed is the image, not packages',
  advice: 'leave the line out, or render the recipe for the installer of the distribution instead',
};

const tls: Readonly<Record<string, OptionFacts>> = {
  '--proxy': text,
  '--noverifyssl': flag,
  '--sslcacert': text,
  '--sslclientcert': text,
  '--sslclientkey': text,
};

export const source: CommandTable = {
  bootc: {
    about: 'installs a bootable container',
    in: 'RHEL10- F43-',
    options: {
      '--stateroot': text,
      '--source-imgref': requiredText,
      '--target-imgref': text,
      '--bootloader': { takes: 'text', in: 'F45-' },
      '--composefs': { takes: 'nothing', in: 'F45-' },
    },
    conflicts: [{ with: ['ostreesetup', 'ostreecontainer'] }],
    inImage: refused,
  },
  cdrom: { about: 'installs from the first optical drive', inImage: refused },
  harddrive: {
    about: 'installs from a local disk',
    options: {
      '--biospart': { takes: 'text', in: 'RHEL8' },
      '--partition': [
        { ...text, in: 'RHEL8' },
        { ...requiredText, in: 'RHEL9- F' },
      ],
      '--dir': requiredText,
    },
    rules: [{ rule: 'exactly-one', of: ['--biospart', '--partition'], in: 'RHEL8' }],
    lasting: ['--biospart', '--partition'],
    inImage: refused,
  },
  hmc: { about: 'installs from the medium of a hardware management console', inImage: refused },
  install: { about: 'a fresh installation', deprecated: 'RHEL8', removed: 'RHEL9- F', inImage: refused },
  liveimg: {
    about: 'installs the image of a disk',
    options: { '--url': requiredText, '--proxy': text, '--noverifyssl': flag, '--checksum': text },
    inImage: refused,
  },
  method: {
    about: 'the installation method',
    deprecated: 'RHEL9',
    removed: 'RHEL8 RHEL10- F',
    inImage: refused,
  },
  module: {
    about: 'a module stream',
    deprecated: 'RHEL10- F41-44',
    removed: 'F45-',
    options: { '--name': requiredText, '--stream': text, '--disable': flag },
    inImage: refused,
  },
  nfs: {
    about: 'installs from an NFS server',
    options: { '--server': requiredText, '--dir': requiredText, '--opts': text },
    inImage: refused,
  },
  ostreecontainer: {
    about: 'installs an OSTree from a container',
    in: 'RHEL9- F',
    options: {
      '--stateroot': text,
      '--url': requiredText,
      '--transport': text,
      '--remote': text,
      '--no-signature-verification': flag,
    },
    conflicts: [{ with: ['ostreesetup'] }, { with: ['bootc'], in: 'RHEL10- F43-' }],
    inImage: refused,
  },
  ostreesetup: {
    about: 'installs an OSTree',
    options: {
      '--osname': requiredText,
      '--remote': text,
      '--url': requiredText,
      '--ref': requiredText,
      '--nogpg': flag,
    },
    rules: [
      { rule: 'at-least-one', of: ['--url'] },
      {
        rule: 'matches',
        option: '--url',
        pattern: /^(file|http|https):/,
        form: 'a file:, http: or https: address',
      },
    ],
    conflicts: [
      { with: ['ostreecontainer'], in: 'RHEL10- F' },
      { with: ['bootc'], in: 'RHEL10- F43-' },
    ],
    inImage: refused,
  },
  repo: {
    about: 'a further repository of packages',
    options: {
      ...tls,
      '--name': requiredText,
      '--baseurl': text,
      '--mirrorlist': text,
      '--metalink': text,
      '--cost': integer,
      '--excludepkgs': list,
      '--includepkgs': list,
      '--ignoregroups': [
        { ...boolean, in: 'RHEL8' },
        { ...boolean, in: 'RHEL9', deprecated: 'RHEL9' },
      ],
      '--install': flag,
    },
    rules: [{ rule: 'at-most-one', of: ['--mirrorlist', '--baseurl', '--metalink'] }],
    unique: { by: ['--name'], severity: 'warning' },
    inImage: refused,
  },
  url: {
    about: 'installs from a web or FTP server',
    options: { ...tls, '--url': text, '--mirrorlist': text, '--metalink': text },
    rules: [{ rule: 'exactly-one', of: ['--mirrorlist', '--url', '--metalink'] }],
    inImage: refused,
  },
};
