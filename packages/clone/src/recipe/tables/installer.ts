// Facts: how the installer itself behaves, and what it does at the end.
import { type CommandTable, flag, honoured, type InImage, OPERAND, text } from './facts.ts';

const noInstaller: InImage = { kind: 'no-effect', why: 'no installer runs' };
const ending = { '--eject': flag, '--kexec': flag };

export const installer: CommandTable = {
  autostep: {
    about: 'steps through every screen',
    deprecated: 'RHEL9',
    removed: 'RHEL10- F',
    options: { '--autoscreenshot': flag },
    inImage: noInstaller,
  },
  cmdline: {
    about: 'no screens at all',
    options: { '--non-interactive': flag },
    rules: [
      {
        rule: 'never',
        option: '--non-interactive',
        pattern: /./,
        why: 'cmdline asks nothing by itself and takes no --non-interactive',
      },
    ],
    inImage: noInstaller,
  },
  eula: {
    about: 'agreement to the licence',
    options: {
      '--agreed': flag,
      '--agree': { ...flag, sameAs: '--agreed' },
      '--accepted': { ...flag, sameAs: '--agreed' },
      '--accept': { ...flag, sameAs: '--agreed' },
    },
    rules: [{ rule: 'at-least-one', of: ['--agreed'] }],
    inImage: noInstaller,
  },
  graphical: { about: 'graphical screens', options: { '--non-interactive': flag }, inImage: noInstaller },
  halt: { about: 'stops at the end', options: ending, inImage: honoured },
  mediacheck: { about: 'checks the medium', inImage: noInstaller },
  poweroff: { about: 'switches off at the end', options: ending, inImage: honoured },
  rdp: {
    about: 'screens over RDP',
    in: 'RHEL10- F43-',
    options: { '--username': text, '--password': text },
    inImage: noInstaller,
  },
  reboot: { about: 'reboots at the end', options: ending, inImage: honoured },
  rescue: {
    about: 'a rescue system instead of an installation',
    options: { '--nomount': flag, '--romount': flag },
    rules: [{ rule: 'at-most-one', of: ['--nomount', '--romount'] }],
    inImage: {
      kind: 'refused',
      why: 'a recipe deploys; it does not rescue',
      advice: 'boot the node into the rescue environment of clone instead',
    },
  },
  shutdown: { about: 'switches off at the end', options: ending, inImage: honoured },
  text: { about: 'text screens', options: { '--non-interactive': flag }, inImage: noInstaller },
  updates: {
    about: 'an update of the installer',
    operands: { name: 'address', min: 0, max: 1 },
    rules: [{ rule: 'at-least-one', of: [OPERAND], in: 'RHEL9- F', why: 'updates needs an address' }],
    inImage: noInstaller,
  },
  vnc: {
    about: 'screens over VNC',
    deprecated: 'RHEL10- F43-44',
    removed: 'F45-',
    options: { '--password': text, '--host': text, '--port': text },
    inImage: noInstaller,
  },
};
