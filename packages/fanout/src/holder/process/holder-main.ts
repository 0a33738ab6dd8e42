// What the holder's process runs, started by start-holder.ts.
import { makeHolderPlace } from '../place/holder-place.ts';
import { openHolder } from './holder.ts';

/** This very file, also in a bundle: it is loaded by dynamic import alone, and so stays a file of its own. */
export const holderMainUrl = import.meta.url;

/** Holds until nothing is left to hold, or until SIGTERM, SIGINT or SIGHUP. */
export async function holderMain(): Promise<void> {
  await using place = await makeHolderPlace(process.env);
  await using holder = await openHolder(place);
  const stop = () => void holder[Symbol.asyncDispose]();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop);
  process.send?.('listening');
  process.disconnect?.();
  await holder.ended;
}
