// A home folder of its own for each test, and targets resolved as from there.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseHostName } from '@heorot/inventory';
import type { Target, TargetSettings } from '../model/target.ts';
import type { LocalMachine } from './local-machine.ts';
import { type ResolveOptions, resolveTargets } from './resolve-targets.ts';
import type { ResolvedTarget } from './resolved-target.ts';

export interface HomeFolder extends AsyncDisposable {
  readonly home: string;
  /** May be replaced. */
  machine: LocalMachine;
  /** Writes a file that only its owner can read. */
  put(path: string, text: string): Promise<void>;
  /** Writes `.ssh/config`. */
  config(text: string): Promise<void>;
  resolve(name: string, settings?: TargetSettings, options?: ResolveOptions): Promise<ResolvedTarget>;
}

export async function openHomeFolder(): Promise<HomeFolder> {
  const home = await mkdtemp(join(tmpdir(), 'home-'));
  const machine: LocalMachine = {
    user: 'alice',
    uid: process.getuid?.() ?? 0,
    home,
    hostname: 'head.example',
    environment: {},
    hasKerberosTicket: false,
    systemFolder: join(home, 'etc'),
  };
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text, { mode: 0o600 });
  };
  const place: HomeFolder = {
    home,
    machine,
    put,
    config: (text) => put('.ssh/config', text),
    async resolve(name, settings = {}, options = {}) {
      const [resolved] = await resolveTargets([targetNamed(name, settings)], {
        machine: place.machine,
        ...options,
      });
      if (resolved === undefined) throw new Error('one target, one answer');
      return resolved;
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true }),
  };
  return place;
}

export function targetNamed(name: string, settings: TargetSettings = {}): Target {
  return { node: name, host: parseHostName(name), settings };
}
