#!/usr/bin/env node
// The dsh command.
import { start } from './start.ts';

await start('dsh', () => import('@heorot/dsh'));
