// A process of its own that records as fast as it can and says how far it came, until it is killed.
import { writeSync } from 'node:fs';
import { openRecorder } from '../recorder.ts';
import { busyNode } from './busy-node.fixture.ts';

/** To be run by node with the path of a recording. */
export const recordUntilKilled = import.meta.filename;

if (import.meta.main) {
  const [, , path = ''] = process.argv;
  const recorder = openRecorder(path, { blockReadings: 20 });
  let count = 0;
  for (const reading of busyNode('n1', 1)) {
    recorder.append(reading);
    count++;
    if (count % 500 === 0) writeSync(1, `${count}\n`);
  }
}
