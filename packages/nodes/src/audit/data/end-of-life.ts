// When distributions stop giving out security updates that cost nothing. Dates move: `asOf` says of which day the list is, and an
// unknown distribution is never judged. Debian (its LTS) and Ubuntu: the package distro-info-data, 0.58+deb12u7. The others were compared with
// the life-cycle pages of their makers as others quote them, not with the pages themselves: access.redhat.com/support/policy/updates/errata,
// wiki.rockylinux.org/rocky/version, wiki.almalinux.org/release-notes, centos.org/cl-vs-cs, docs.fedoraproject.org/en-US/releases/eol,
// en.opensuse.org/Lifetime, aws.amazon.com/amazon-linux-2/faqs.

export const endOfLifeAsOf = '2026-11-01';

/** ID of os-release(5), then VERSION_ID, or its part before the dot, to the last day with updates. */
export const endOfLife: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: {
    '8': '2020-06-30',
    '9': '2022-06-30',
    '10': '2024-06-30',
    '11': '2026-08-31',
    '12': '2028-06-30',
    '13': '2030-06-30',
  },
  ubuntu: {
    '14.04': '2019-04-25',
    '16.04': '2021-04-30',
    '18.04': '2023-05-31',
    '20.04': '2025-05-29',
    '22.04': '2027-06-01',
    '24.04': '2029-05-31',
    '25.04': '2026-01-15',
    '25.10': '2026-07-09',
    '26.04': '2031-05-29',
  },
  // From 9 on, CentOS Stream.
  centos: { '6': '2020-11-30', '7': '2024-06-30', '8': '2021-12-31', '9': '2027-05-31', '10': '2030-01-01' },
  rhel: { '6': '2020-11-30', '7': '2024-06-30', '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  rocky: { '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  almalinux: { '8': '2029-03-01', '9': '2032-05-31', '10': '2035-05-31' },
  fedora: { '38': '2024-05-21', '39': '2024-11-26', '40': '2025-05-13' },
  'opensuse-leap': { '15.4': '2023-12-07', '15.5': '2024-12-31' },
  amzn: { '2': '2026-06-30' },
};
