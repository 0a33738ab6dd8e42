// Whether a run goes through a holder, and which: the one that is there; a new one where connections are to be held; none
// where that cannot be, which is said and changes nothing else.
import { HeorotError } from '@heorot/inventory';
import type { AskPassphrase } from '../../keys/identity-file.ts';
import type { Transport } from '../../model/transport.ts';
import {
  type Environment,
  findHolderPlace,
  type HolderPlace,
  makeHolderPlace,
} from '../place/holder-place.ts';
import { HolderClient, type NoHolder } from './holder-client.ts';
import { HoldingTransport } from './holding-transport.ts';
import { startHolder } from './start-holder.ts';

export interface HoldingRequest {
  /** Undefined: a holder is used if there is one. */
  readonly holdMs: number | undefined;
  readonly askPassphrase: AskPassphrase | undefined;
  readonly note: ((node: string, text: string) => void) | undefined;
  /** The transport without a holder. */
  readonly own: () => Promise<Transport>;
}

/** Undefined = without a holder. Never throws for what is wrong with one. */
export async function openHoldingTransport(
  request: HoldingRequest,
  env: Environment,
): Promise<Transport | undefined> {
  const { holdMs, own, note } = request;
  try {
    await using place = await (holdMs === undefined ? findHolderPlace(env) : makeHolderPlace(env));
    if (place === undefined) return undefined;
    const found = await findOrStart(place, request, env);
    if (found instanceof HolderClient) return new HoldingTransport({ client: found, holdMs, own });
    const why = whyNot(found);
    if (why !== undefined) note?.('holder', `${why}; the connections of this run are its own`);
  } catch (error) {
    // A full disk must not keep anybody from running a command.
    if (!(error instanceof HeorotError) && !isSystemError(error)) throw error;
    const hint = error instanceof HeorotError && error.hint !== undefined ? ` (${error.hint})` : '';
    note?.('holder', `${error.message}${hint}`);
  }
  return undefined;
}

async function findOrStart(
  place: HolderPlace,
  request: HoldingRequest,
  env: Environment,
): Promise<HolderClient | NoHolder> {
  const found = await HolderClient.find(place, request);
  if (request.holdMs === undefined || found instanceof HolderClient || found.kind !== 'absent') return found;
  await startHolder(place, env);
  const started = await HolderClient.find(place, request);
  if (started instanceof HolderClient || started.kind !== 'absent') return started;
  return { kind: 'unfit', reason: `it did not start, see ${place.path}/holder.log` };
}

function whyNot(none: NoHolder): string | undefined {
  if (none.kind === 'absent') return undefined;
  if (none.kind === 'unfit') return `cannot be used, ${none.reason}`;
  return `process ${none.pid} is of another version (\`dsh holder close\` ends it)`;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
