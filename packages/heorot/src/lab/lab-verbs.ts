// The verbs of `heorot lab`, by the two words that are typed.
import type { Verb } from '@heorot/cli';
import { downVerb } from './down-verb.ts';
import {
  freezeVerb,
  healVerb,
  killVerb,
  partitionVerb,
  rebootVerb,
  slowVerb,
  thawVerb,
} from './fault-verbs.ts';
import { serveVerb } from './serve-verb.ts';
import { shellVerb } from './shell-verb.ts';
import { statusVerb } from './status-verb.ts';
import { upVerb } from './up-verb.ts';

export const labVerbs: Readonly<Record<string, Verb>> = {
  'lab up': upVerb,
  'lab down': downVerb,
  'lab status': statusVerb,
  'lab shell': shellVerb,
  'lab kill': killVerb,
  'lab freeze': freezeVerb,
  'lab thaw': thawVerb,
  'lab partition': partitionVerb,
  'lab heal': healVerb,
  'lab slow': slowVerb,
  'lab reboot': rebootVerb,
  'lab serve': serveVerb,
};
