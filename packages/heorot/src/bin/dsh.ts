#!/usr/bin/env node
// The dsh command.
import { keepHeapSmall } from './small-heap.ts';
import { start } from './start.ts';

keepHeapSmall();
await start('dsh', () => import('@heorot/dsh'));
