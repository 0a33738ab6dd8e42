// Facts: disks reached over a network or a fabric, and drivers.
import {
  type CommandTable,
  flag,
  type InImage,
  integer,
  list,
  OPERAND,
  requiredText,
  text,
} from './facts.ts';

const notReached: InImage = {
  kind: 'refused',
  why: 'images are deployed to local disks only',
  advice: 'attach the disk in a %post script, or leave the line out for these nodes',
};
const driversInImage: InImage = {
  kind: 'no-effect',
  why: 'drivers are those of the boot environment and of the image',
};

export const devices: CommandTable = {
  device: { about: 'a driver to load', deprecated: 'RHEL8', removed: 'RHEL9- F', inImage: driversInImage },
  deviceprobe: {
    about: 'probing of devices',
    deprecated: 'RHEL8',
    removed: 'RHEL9- F',
    inImage: driversInImage,
  },
  dmraid: { about: 'a firmware RAID', deprecated: 'RHEL8', removed: 'RHEL9- F', inImage: driversInImage },
  driverdisk: {
    about: 'where drivers are found',
    operands: { name: 'partition', min: 0, max: 1 },
    options: { '--source': text, '--biospart': text },
    rules: [{ rule: 'exactly-one', of: [OPERAND, '--source', '--biospart'] }],
    inImage: driversInImage,
  },
  fcoe: {
    about: 'a Fibre Channel over Ethernet device',
    options: { '--nic': requiredText, '--dcb': flag, '--autovlan': flag },
    unique: { by: ['--nic'], severity: 'warning' },
    inImage: notReached,
  },
  iscsi: {
    about: 'an iSCSI target',
    options: {
      '--target': text,
      '--ipaddr': requiredText,
      '--port': integer,
      '--user': text,
      '--password': text,
      '--reverse-user': text,
      '--reverse-password': text,
      '--iface': text,
    },
    inImage: notReached,
  },
  iscsiname: {
    about: 'the iSCSI name of the initiator',
    operands: { name: 'iqn', min: 1, max: 1 },
    inImage: notReached,
  },
  multipath: {
    about: 'a multipath device',
    deprecated: 'RHEL8',
    removed: 'RHEL9- F',
    inImage: driversInImage,
  },
  nvdimm: {
    about: 'a persistent memory namespace',
    deprecated: 'F40-44',
    removed: 'RHEL10- F45-',
    operands: { name: 'action', min: 1, max: 1, oneOf: ['reconfigure', 'use'] },
    options: {
      '--namespace': text,
      '--blockdevs': list,
      '--mode': { takes: 'text', oneOf: ['sector'] },
      '--sectorsize': integer,
    },
    rules: [
      { rule: 'at-most-one', of: ['--namespace', '--blockdevs'] },
      {
        rule: 'needs',
        given: [OPERAND],
        // The mode is 'sector' where none is given, and there is no other.
        all: ['--namespace', '--sectorsize'],
        when: { option: OPERAND, is: /^reconfigure$/ },
      },
      { rule: 'at-least-one', of: ['--namespace', '--blockdevs'], when: { option: OPERAND, is: /^use$/ } },
    ],
    unique: { by: [OPERAND, '--namespace', '--blockdevs', '--mode', '--sectorsize'], severity: 'warning' },
    inImage: notReached,
  },
  zfcp: {
    about: 'a Fibre Channel device of IBM Z',
    options: {
      '--devnum': requiredText,
      '--fcplun': [
        { ...requiredText, in: 'RHEL8' },
        { ...text, in: 'RHEL9- F' },
      ],
      '--wwpn': [
        { ...requiredText, in: 'RHEL8' },
        { ...text, in: 'RHEL9- F' },
      ],
    },
    rules: [
      { rule: 'at-least-one', of: ['--devnum'], in: 'RHEL9- F' },
      { rule: 'needs', given: ['--wwpn', '--fcplun'], all: ['--wwpn', '--fcplun'], in: 'RHEL9- F' },
    ],
    unique: { by: ['--devnum', '--wwpn', '--fcplun'], severity: 'warning' },
    inImage: notReached,
  },
};
