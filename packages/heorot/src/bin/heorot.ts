#!/usr/bin/env node
// `heorot dsh ...` is `dsh ...`, and so for every tool; everything else is the umbrella's own.
import { toolLoaders } from '../tools.ts';
import { start } from './start.ts';

const [first = '', ...rest] = process.argv.slice(2);
const load = toolLoaders[first];
if (load === undefined) await start('heorot', () => import('../tool.ts'));
else await start(first, load, rest);
