// The installers that can be spoken to.
export const INSTALLERS = ['kickstart', 'preseed', 'autoinstall'] as const;
export type Installer = (typeof INSTALLERS)[number];
