// A network card, as its machine tells of it: one line of the card script.
import type { Duplex } from '../model/interface-facts.ts';

/** Unknown is null, never -1, 'unknown' or ''. */
export interface NetworkCard {
  readonly interface: string;
  /** Lower case, with colons. */
  readonly mac: string | null;
  readonly driver: string | null;
  readonly speedMbit: number | null;
  readonly duplex: Duplex | null;
  /** By pci.ids of its machine; `8086:1521` where it has none; null for what has no ids. */
  readonly model: string | null;
}

/** @param line of the card script; undefined for any other */
export function parseCard(line: string): NetworkCard | undefined {
  const [mark, name, mac, driver, speed, duplex, model] = line.split('\t');
  if (mark !== 'nic' || name === undefined || name === '') return undefined;
  const megabits = Number(speed);
  return {
    interface: name,
    mac: /^(00(:00)*)?$/.test(mac ?? '') ? null : (mac ?? null),
    driver: told(driver),
    // -1, or 4294967295 by an old driver, while there is no link.
    speedMbit: megabits > 0 && megabits < 4_294_967_295 ? megabits : null,
    duplex: duplex === 'full' || duplex === 'half' ? duplex : null,
    model: told(model),
  };
}

function told(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim();
}
