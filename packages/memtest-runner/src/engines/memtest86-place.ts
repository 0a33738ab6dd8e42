// What an address that memtest86+ gives is worth. Its README: test 0 tries address lines, and test 7 moves blocks about before it looks, so
// that «it is not possible to know where the error occurred. The addresses reported are only for where the bad pattern was found.»
// It takes neither for BadRAM patterns; nor do we.
import type { Finding } from '../model/engine-report.ts';

const SYMPTOMS = new Set(['0', '7']);

/** @param test its number; @param address `0x…` */
export function memtest86Place(
  test: string,
  address: string,
): Pick<Finding, 'address' | 'addressKind' | 'physicalAddress'> {
  return SYMPTOMS.has(test)
    ? { address, addressKind: 'symptom', physicalAddress: null }
    : { address, addressKind: 'physical', physicalAddress: address };
}
