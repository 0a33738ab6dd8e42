// Facts that partitions, volumes and RAIDs share: encryption and formatting.
import { flag, integer, type OptionFacts, type Rule, text } from './facts.ts';

/** Options of everything that can be a LUKS container. */
export const encryption: Readonly<Record<string, OptionFacts>> = {
  '--encrypted': flag,
  '--passphrase': text,
  '--escrowcert': text,
  '--backuppassphrase': flag,
  '--cipher': text,
  '--luks-version': text,
  '--pbkdf': text,
  '--pbkdf-memory': integer,
  '--pbkdf-time': integer,
  '--pbkdf-iterations': integer,
};

/** cryptsetup takes a time or a count, not both. */
export const pbkdf: Rule = { rule: 'at-most-one', of: ['--pbkdf-time', '--pbkdf-iterations'] };
/** Options of mkfs make no sense where nothing is formatted. */
export const formatting: readonly Rule[] = [
  { rule: 'at-most-one', of: ['--noformat', '--mkfsoptions'] },
  { rule: 'at-most-one', of: ['--fsprofile', '--mkfsoptions'] },
];
/** Self-encrypting drives (OPAL), by LUKS 2 alone. */
export const hardwareEncryption: readonly Rule[] = [
  { rule: 'needs', given: ['--hw-passphrase'], all: ['--encrypted', '--luks-version'], in: 'F41-' },
  {
    rule: 'matches',
    option: '--luks-version',
    pattern: /^luks2-/,
    form: 'luks2-hw-opal or luks2-hw-opal-only, since --hw-passphrase is given',
    when: { option: '--hw-passphrase', is: /./ },
    in: 'F41-',
  },
];
/** Red Hat Enterprise Linux has had no btrfs since 8. */
export const noBtrfs: Rule = {
  rule: 'never',
  option: '--fstype',
  pattern: /^btrfs$/,
  in: 'RHEL',
  why: 'btrfs is not supported by Red Hat Enterprise Linux',
};
