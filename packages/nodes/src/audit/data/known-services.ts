// Services that matter when they listen to more than this machine, by port. A port names a habit, not a proof: the process that
// holds the socket is shown beside it.
import type { Severity } from '../finding.ts';

export interface KnownService {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly ports: readonly [first: number, last: number];
  readonly severity: Severity;
  readonly why: string;
  readonly fix: readonly string[];
}

const disable = (unit: string) => [`systemctl disable --now ${unit}`];

export const knownServices: readonly KnownService[] = [
  service('telnet', 23, 'high', 'passwords cross the network in clear text', disable('telnet.socket')),
  service('rexec', 512, 'high', 'passwords cross the network in clear text', disable('rexec.socket')),
  service('rlogin', 513, 'high', 'whoever claims the right address is let in without a password', [
    ...disable('rlogin.socket'),
    'apt-get purge rsh-server || dnf remove rsh-server',
  ]),
  service('rsh', 514, 'high', 'whoever claims the right address runs commands without a password', [
    ...disable('rsh.socket'),
    'apt-get purge rsh-server || dnf remove rsh-server',
  ]),
  service('ftp', 21, 'medium', 'passwords and files cross the network in clear text', disable('vsftpd')),
  {
    name: 'tftp',
    protocol: 'udp',
    ports: [69, 69],
    severity: 'low',
    why: 'anybody reads what it serves: kickstart files and keys must not lie there',
    fix: ['bind it to the boot network only, e.g. dnsmasq: interface=eth1, bind-interfaces'],
  },
  ...both('rpcbind', 111, 'medium', 'tells anybody which RPC services run, and amplifies floods', [
    'systemctl disable --now rpcbind.socket rpcbind.service   # NFSv4 does not need it',
  ]),
  service(
    'nfs',
    2049,
    'low',
    'file systems are offered to whoever reaches this port and matches the exports',
    ['/etc/exports: name the clients; firewall: allow 2049/tcp from the cluster network only'],
  ),
  {
    name: 'x11',
    protocol: 'tcp',
    ports: [6000, 6063],
    severity: 'high',
    why: 'who may connect reads the keyboard and the screen',
    fix: ['start the X server with -nolisten tcp'],
  },
  service(
    'vnc',
    5900,
    'medium',
    'a desktop behind at most eight characters of password, without encryption',
    ['bind it to 127.0.0.1 and reach it through ssh -L 5900:127.0.0.1:5900'],
  ),
  service(
    'redis',
    6379,
    'medium',
    'unless a password is set, anybody who connects runs commands as its user',
    [
      '/etc/redis/redis.conf: bind 127.0.0.1 -::1',
      '/etc/redis/redis.conf: requirepass and protected-mode yes, where others must reach it',
    ],
  ),
  ...both('memcached', 11211, 'high', 'has no passwords at all, and over UDP amplifies floods', [
    '/etc/memcached.conf: -l 127.0.0.1 and -U 0',
  ]),
  service(
    'mongodb',
    27017,
    'medium',
    'unless authorization is on, anybody reads and deletes every database',
    ['/etc/mongod.conf: net.bindIp: 127.0.0.1 and security.authorization: enabled'],
  ),
  service('elasticsearch', 9200, 'medium', 'unless security is on, anybody reads and deletes every index', [
    '/etc/elasticsearch/elasticsearch.yml: network.host: 127.0.0.1 and xpack.security.enabled: true',
  ]),
  service('docker', 2375, 'high', 'whoever connects is root on this machine', [
    'remove -H tcp://0.0.0.0:2375 from the command line of dockerd',
  ]),
  service('distccd', 3632, 'high', 'whoever connects runs commands as its user', [
    '/etc/default/distcc: ALLOWEDNETS with the cluster network only',
  ]),
  service('rsync', 873, 'medium', 'modules without auth users are open to anybody', [
    '/etc/rsyncd.conf: hosts allow and auth users for each module',
  ]),
  ...both('gmond', 8649, 'medium', 'tells anybody all about this machine, and takes figures from anybody', [
    '/etc/ganglia/gmond.conf: bind in udp_recv_channel, and an acl in tcp_accept_channel',
  ]),
  service('jupyter', 8888, 'low', 'who has its token runs commands as its user', [
    'jupyter: c.ServerApp.ip = "127.0.0.1", and ssh -L 8888:127.0.0.1:8888',
  ]),
  service('x-font-server', 7100, 'medium', 'an old service that parses what strangers send', disable('xfs')),
];

function service(
  name: string,
  port: number,
  severity: Severity,
  why: string,
  fix: readonly string[],
): KnownService {
  return { name, protocol: 'tcp', ports: [port, port], severity, why, fix };
}

function both(...facts: Parameters<typeof service>): readonly KnownService[] {
  const one = service(...facts);
  return [one, { ...one, protocol: 'udp' }];
}
