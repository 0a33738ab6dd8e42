#!/usr/bin/env node
// The netmon command.
import { start } from './start.ts';

await start('netmon', () => import('@heorot/netmon'));
