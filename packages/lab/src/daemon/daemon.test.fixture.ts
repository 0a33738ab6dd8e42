// The program that the tests of the daemon start, as `heorot lab serve` is in real life.
import { labDaemonMain } from './lab-daemon-main.ts';

await labDaemonMain();
