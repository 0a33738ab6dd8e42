// Signal names as in RFC 4254 section 6.10 to the numbers shells add to 128.
import { constants } from 'node:os';

/** `TERM` → 15; 0 for a name this machine does not know. */
export function signalNumber(name: string): number {
  return new Map<string, number>(Object.entries(constants.signals)).get(`SIG${name}`) ?? 0;
}
