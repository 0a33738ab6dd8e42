// Names that /etc/hosts has are looked up here. All others go to getaddrinfo(3), which alone knows what else a site uses (search
// domains, sssd, mDNS), but which Node asks four at a time: its threads are made before any code of ours could say how many.
import { lookup as askSystem } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';

/** A holder lives for hours: what it has read is good for so long. */
const goodForMs = 5000;

/** Addresses by name; a name with several is left to getaddrinfo, which sorts them (RFC 6724). */
export type HostsTable = ReadonlyMap<string, string>;

/** hosts(5): an address, then its names; what follows `#` is no more. */
export function parseHostsFile(text: string): HostsTable {
  const addresses = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      addresses.set(key, (addresses.get(key) ?? new Set()).add(address));
    }
  }
  return new Map(
    Array.from(addresses).flatMap(([name, [first, ...others]]) =>
      first === undefined || others.length > 0 ? [] : [[name, first] as const],
    ),
  );
}

/** nsswitch.conf(5): whether the file comes before all else, as it does where nothing is said. */
export function filesComeFirst(nsswitch: string): boolean {
  const services = /^\s*hosts:\s*(\S+)/m.exec(nsswitch)?.[1];
  return services === undefined || services === 'files';
}

/** For `lookup` of net.connect. */
export const lookupHost: LookupFunction = (name, options, done) => {
  const address = hostsNow().get(name.toLowerCase());
  const family = address === undefined ? 0 : isIP(address);
  const asked = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
  if (address === undefined || (asked !== 0 && asked !== family)) return askSystem(name, options, done);
  if (options.all === true) done(null, [{ address, family }]);
  else done(null, address, family);
};

let table: HostsTable = new Map();
let readAt = Number.NEGATIVE_INFINITY;

function hostsNow(): HostsTable {
  if (performance.now() - readAt > goodForMs) {
    table = filesComeFirst(read('/etc/nsswitch.conf')) ? parseHostsFile(read('/etc/hosts')) : new Map();
    readAt = performance.now();
  }
  return table;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
