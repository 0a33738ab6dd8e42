// Asks systeminformation for the facts of this machine, once, at the start of a run: it forks shells, so it has no place where
// samples are taken.
import { networkInterfaces as addressedInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MachineFacts, machineFactsOf } from './machine-facts.ts';

const usualPatienceMs = 2000;
/** Each takes some 30 ms in which this process stands still (it calls execSync), so a host of containers goes without them. */
const mostInterfaces = 8;

/** @returns null where nothing was told in time, or before the signal; no interfaces where there are many */
export async function readLocalFacts(
  signal?: AbortSignal,
  patienceMs = usualPatienceMs,
): Promise<MachineFacts | null> {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  try {
    const late = sleep(patienceMs, null, { ref: false, signal: either }).catch(() => null);
    return await Promise.race([ask(), late]);
  } catch {
    // It is a convenience: what it stumbles over on a strange machine is not worth a failed run.
    return null;
  } finally {
    over.abort();
  }
}

async function ask(): Promise<MachineFacts> {
  const { networkInterfaces, osInfo, system } = await import('./system-information.ts');
  const [machine, os] = await Promise.all([system(), osInfo()]);
  const few = Object.keys(addressedInterfaces()).length <= mostInterfaces;
  const interfaces = few ? [await networkInterfaces()].flat() : [];
  return machineFactsOf({ system: machine, os, interfaces });
}
