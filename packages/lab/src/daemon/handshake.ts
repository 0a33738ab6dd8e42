// What the process that starts a lab and the daemon say to each other before they part.
import type { Firmware } from '../machines/machine-plan.ts';
import { LAB_KINDS, type LabKind } from '../model/lab.ts';

/** What `heorot lab up` asks for. */
export interface LabOrder {
  readonly folder: string;
  readonly kind: LabKind;
  readonly nodes: number;
  readonly name: string;
  /** Of the machines of a machines lab. */
  readonly firmware: Firmware;
  /** `true`, `:` and `hostname` are answered without a process; embedded only. */
  readonly builtIn: boolean;
}

/** The daemon's only answer. */
export type Handshake =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly hint?: string };

export function isLabOrder(value: unknown): value is LabOrder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'folder' in value &&
    typeof value.folder === 'string' &&
    'kind' in value &&
    LAB_KINDS.some((kind) => kind === value.kind) &&
    'firmware' in value &&
    (value.firmware === 'bios' || value.firmware === 'uefi') &&
    'nodes' in value &&
    typeof value.nodes === 'number' &&
    'name' in value &&
    typeof value.name === 'string' &&
    'builtIn' in value &&
    typeof value.builtIn === 'boolean'
  );
}

export function isHandshake(value: unknown): value is Handshake {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'ready') return true;
  return (
    value.kind === 'failed' && 'code' in value && 'message' in value && typeof value.message === 'string'
  );
}
