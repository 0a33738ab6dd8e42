#!/usr/bin/env node
// The memtest-runner command.
import { start } from './start.ts';

await start('memtest-runner', () => import('@heorot/memtest-runner'));
