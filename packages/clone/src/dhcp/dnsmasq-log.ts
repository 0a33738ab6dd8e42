// What dnsmasq says, as events: who asked, who was passed over, what is wrong. Its words: src/rfc2131.c of dnsmasq 2.89.
import { parseMac } from '@heorot/inventory';

export type DhcpEvent =
  /** A machine asked; `answered` is false when it was passed over as unknown. */
  | { readonly kind: 'asked'; readonly mac: string; readonly answered: boolean }
  | { readonly kind: 'leased'; readonly mac: string; readonly address: string }
  | { readonly kind: 'exhausted'; readonly mac: string | undefined }
  /** A machine took the offer of another server. */
  | { readonly kind: 'other-server'; readonly mac: string }
  /** The address of a machine is in use by another. */
  | { readonly kind: 'conflict'; readonly address: string; readonly mac: string };

/** `undefined` for lines that say nothing of interest. */
export function parseDnsmasqLine(line: string): DhcpEvent | undefined {
  const mac = parseMac(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i.exec(line)?.[0] ?? '');
  if (/no address range available|no address available/.test(line)) return { kind: 'exhausted', mac };
  if (mac === undefined) return undefined;
  const address = /\b(\d{1,3}(?:\.\d{1,3}){3})\b/.exec(line)?.[1];
  if (/DHCPDECLINE|in use by another|not using configured address/.test(line) && address !== undefined)
    return { kind: 'conflict', address, mac };
  if (/wrong server-ID/.test(line)) return { kind: 'other-server', mac };
  if (/DHCPACK\(/.test(line) && address !== undefined) return { kind: 'leased', mac, address };
  if (/DHCPDISCOVER\(|PXE\(|DHCPREQUEST\(/.test(line))
    return { kind: 'asked', mac, answered: !/ignored/.test(line) };
  return undefined;
}
