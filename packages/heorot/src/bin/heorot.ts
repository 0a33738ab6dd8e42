#!/usr/bin/env node
// `heorot dsh ...` is `dsh ...`; everything else is the umbrella's own.
import { start } from './start.ts';

const [first, ...rest] = process.argv.slice(2);
if (first === 'dsh') await start('dsh', () => import('@heorot/dsh'), rest);
else if (first === 'nodes') await start('nodes', () => import('@heorot/nodes'), rest);
else await start('heorot', () => import('../tool.ts'));
