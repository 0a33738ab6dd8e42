// Public surface of inventory: node sets, groups and the cluster file.
export type { Inventory, Selection } from './cluster-file/inventory.ts';
export type { BmcRecord, NodeRecord, NodeSettings, TransportName } from './cluster-file/node-record.ts';
export { HeorotError, type HeorotErrorOptions } from './error/heorot-error.ts';
export { type HostName, isHostName, parseHostName } from './host-name/host-name.ts';
export { didYouMean, suggest } from './suggestion/suggest.ts';
