// Faults of OpenSSH that an outsider can use, by upstream version, and the packages in which distributions have mended them without
// a new version. Sources: openssh.com/security.html and releasenotes.html; for Debian 12 the changelog of its package. Not compared with their source for
// want of a network: Debian 11, USN-6859-1 for Ubuntu, RHSA-2024:4312 for Red Hat. Where a package is not named here, the finding says that it may be mended.
import type { Severity } from '../finding.ts';

export const opensshFaultsAsOf = '2026-11-01';

export interface OpensshFault {
  readonly cve: string;
  readonly severity: Severity;
  readonly why: string;
  /** First and first-mended upstream version: `from <= version < before`. */
  readonly from: string;
  readonly before: string;
  /** `ID VERSION` of os-release(5) to the first mended package there. */
  readonly mended: Readonly<Record<string, string>>;
}

export const opensshFaults: readonly OpensshFault[] = [
  {
    cve: 'CVE-2024-6387',
    severity: 'high',
    why: 'an outsider may run code as root without logging in (regreSSHion)',
    from: '8.5p1',
    before: '9.8p1',
    mended: {
      'debian 12': '1:9.2p1-2+deb12u3',
      'ubuntu 22.04': '1:8.9p1-3ubuntu0.10',
      'ubuntu 24.04': '1:9.6p1-3ubuntu13.3',
      'rhel 9': '8.7p1-38.el9_4.1',
      'rocky 9': '8.7p1-38.el9_4.1',
      'almalinux 9': '8.7p1-38.el9_4.1',
    },
  },
  {
    cve: 'CVE-2023-48795',
    severity: 'low',
    why: 'somebody on the way can drop the first messages of a session (Terrapin)',
    from: '0',
    before: '9.6p1',
    mended: { 'debian 12': '1:9.2p1-2+deb12u2', 'debian 11': '1:8.4p1-5+deb11u3' },
  },
  {
    cve: 'CVE-2018-15473',
    severity: 'low',
    why: 'an outsider can find out which accounts exist',
    from: '0',
    before: '7.8p1',
    mended: {},
  },
];
