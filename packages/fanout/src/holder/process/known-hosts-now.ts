// Whether the host keys that a held connection once showed would still be accepted: known_hosts files as they are now,
// parsed again only when one has changed.
import { type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type KnownHosts, readKnownHosts } from '../../known-hosts/known-hosts.ts';
import type { ShownHostKey } from '../../transport/ssh2/login.ts';

interface Reading {
  readonly states: string;
  readonly knownHosts: Promise<KnownHosts>;
}

/** For the requests of one turn: a thousand nodes ask for the same files at once. */
const freshMs = 20;

export class KnownHostsNow {
  readonly #readings = new Map<string, Reading>();
  readonly #looks = new Map<string, { readonly at: number; readonly reading: Promise<Reading> }>();

  /** Known, and neither changed nor revoked; a file that cannot be read accepts nothing. */
  async accept(keys: readonly ShownHostKey[]): Promise<boolean> {
    try {
      for (const { host, files, key } of keys) {
        const { knownHosts } = await this.#look(files);
        if ((await knownHosts).check(host, key).kind !== 'known') return false;
      }
      return true;
    } catch {
      return false;
    }
  }

  #look(files: readonly string[]): Promise<Reading> {
    const name = files.join('\0');
    const last = this.#looks.get(name);
    if (last !== undefined && performance.now() - last.at < freshMs) return last.reading;
    const reading = this.#read(name, files);
    this.#looks.set(name, { at: performance.now(), reading });
    return reading;
  }

  async #read(name: string, files: readonly string[]): Promise<Reading> {
    const states = JSON.stringify(await Promise.all(files.map(stateOf)));
    const known = this.#readings.get(name);
    if (known?.states === states) return known;
    const reading = { states, knownHosts: readKnownHosts(files) };
    reading.knownHosts.catch(() => this.#readings.delete(name));
    this.#readings.set(name, reading);
    return reading;
  }
}

/** Any change of a file changes its ctime, which nobody can set back. */
async function stateOf(path: string): Promise<string> {
  const facts: BigIntStats | undefined = await stat(path, { bigint: true }).catch(() => undefined);
  return facts === undefined ? 'absent' : [facts.dev, facts.ino, facts.size, facts.ctimeNs].join();
}
