// What a process of its own runs to tell of this machine, as one JSON document: systeminformation calls other programs and stands
// still while they run, so it never does that where samples are taken.
import { execFile } from 'node:child_process';
import { cardScript } from './card-script.ts';
import { machineFactsOf } from './machine-facts.ts';
import { type NetworkCard, parseCard } from './network-card.ts';

/** This very file, also in a bundle: it is loaded by dynamic import alone, and so stays a file of its own. */
export const tellFactsUrl = import.meta.url;

export async function tellFacts(): Promise<void> {
  const { osInfo, system } = await import('./system-information.ts');
  const [machine, os, cards] = await Promise.all([system(), osInfo(), readCards('')]);
  process.stdout.write(JSON.stringify(machineFactsOf({ system: machine, os, cards })));
}

/** @param root prefix of /sys and of pci.ids */
export async function readCards(root: string): Promise<readonly NetworkCard[]> {
  const lines = await new Promise<string>((resolve) => {
    execFile('/bin/sh', ['-c', `root=$1\n${cardScript}\ncards`, 'sh', root], (_, stdout) => resolve(stdout));
  });
  return lines.split('\n').flatMap((line) => parseCard(line) ?? []);
}
