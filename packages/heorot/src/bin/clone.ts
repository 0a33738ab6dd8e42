#!/usr/bin/env node
// The clone command.
import { start } from './start.ts';

await start('clone', () => import('@heorot/clone'));
