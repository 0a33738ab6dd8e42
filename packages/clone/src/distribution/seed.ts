// The head's own part in a swarm: aria2 with the whole layer, as long as nodes want it.
import { basename, dirname } from 'node:path';
import { type ChildProgram, startProgram } from './child-program.ts';

export interface SeedOptions {
  /** The layer. */
  readonly layer: string;
  readonly torrentFile: string;
  /** `http://10.77.0.1:8080/announce` */
  readonly tracker: string;
  /** aria2c, or how to come to it. */
  readonly program?: readonly string[];
}

export function seed({ layer, torrentFile, tracker, program = ['aria2c'] }: SeedOptions): ChildProgram {
  return startProgram([
    ...program,
    '--no-conf',
    '--quiet',
    `--dir=${dirname(layer)}`,
    `--index-out=1=${basename(layer)}`,
    `--bt-tracker=${tracker}`,
    '--bt-tracker-interval=2',
    '--enable-dht=false',
    '--enable-dht6=false',
    '--bt-enable-lpd=false',
    '--enable-peer-exchange=false',
    '--bt-max-peers=60',
    '--seed-ratio=0.0',
    // The bytes were checked when the chunk list was made, and nodes check them again.
    '--bt-seed-unverified=true',
    '--check-integrity=false',
    '--file-allocation=none',
    '--auto-save-interval=0',
    torrentFile,
  ]);
}
