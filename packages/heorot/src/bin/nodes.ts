#!/usr/bin/env node
// The nodes command.
import { start } from './start.ts';

await start('nodes', () => import('@heorot/nodes'));
